using System.Buffers;
using System.Text;
using Edge.Hosting.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Control.Server.Http;

/// <summary>Reads bodies of a bounded size within a bounded time.</summary>
internal static class TextBody
{
    private const int FirstBytes = 4096;

    // Chosen: above whatever is sent by mistake; what is longer is cut off.
    private const long DiscardedBytesMax = 8 * 1024 * 1024;

    /// <summary>Reads the body as UTF-8; bytes that are not become U+FFFD, for the parser behind to
    /// judge.</summary>
    public static async Task<BodyResult> ReadAsync(
        HttpContext context,
        int bytesMax,
        TimeSpan timeout,
        TimeProvider time
    )
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            context.RequestAborted
        );
        try
        {
            if (context.Request.ContentLength > bytesMax)
            {
                await DiscardAsync(context, both.Token);
                return new BodyResult.TooLarge(bytesMax);
            }

            return await ReadBytesAsync(context, bytesMax, both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return context.Request.ContentLength > bytesMax
                ? new BodyResult.TooLarge(bytesMax)
                : new BodyResult.TooSlow();
        }
    }

    /// <summary>Reads the body; null when it was too long or too slow, and that was answered by a problem
    /// (RFC 9457).</summary>
    public static async Task<string?> TryReadAsync(
        HttpContext context,
        int bytesMax,
        TimeSpan timeout,
        TimeProvider time
    )
    {
        switch (await ReadAsync(context, bytesMax, timeout, time))
        {
            case BodyResult.Complete complete:
                return complete.Text;
            case BodyResult.TooLarge:
                context.Response.Headers.Connection = "close";
                await Responses.WriteProblemAsync(
                    context,
                    StatusCodes.Status413PayloadTooLarge,
                    $"The body may have {bytesMax} bytes."
                );
                return null;
            default:
                context.Response.Headers.Connection = "close";
                await Responses.WriteProblemAsync(
                    context,
                    StatusCodes.Status408RequestTimeout,
                    $"The body did not arrive within {timeout.TotalSeconds:0} seconds."
                );
                return null;
        }
    }

    /// <summary>Takes a body that is too long, within a bound: a connection that is closed on bytes that nobody
    /// read is reset, and the client sees that instead of the answer.</summary>
    private static async Task DiscardAsync(HttpContext context, CancellationToken cancellation)
    {
        if (
            context.Request.ContentLength > DiscardedBytesMax
            // It waits to be told that it may send (RFC 9110 §10.1.1).
            || context.Request.Headers.Expect.Count > 0
            || context.Features.Get<IHttpMaxRequestBodySizeFeature>()
                is not { IsReadOnly: false } size
        )
        {
            return;
        }

        size.MaxRequestBodySize = DiscardedBytesMax;
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        try
        {
            while (await context.Request.Body.ReadAsync(buffer, cancellation) > 0)
            {
                // It is not wanted.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // As much memory as was announced or has come, so that many slow clients hold little.
    private static async Task<BodyResult> ReadBytesAsync(
        HttpContext context,
        int bytesMax,
        CancellationToken cancellation
    )
    {
        var wanted = (int)(context.Request.ContentLength ?? FirstBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(wanted, bytesMax) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var free = buffer.AsMemory(length);
                var count = await context.Request.Body.ReadAsync(free, cancellation);
                length += count;
                if (length > bytesMax)
                {
                    return new BodyResult.TooLarge(bytesMax);
                }

                if (count == 0)
                {
                    return new BodyResult.Complete(ToText(buffer.AsSpan(0, length)));
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static string ToText(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return Encoding.UTF8.GetString(bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes);
    }
}
