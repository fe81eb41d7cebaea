using System.Buffers;
using System.Text;

namespace Control.Server.Http;

/// <summary>Reads bodies of a bounded size within a bounded time.</summary>
internal static class TextBody
{
    private const int FirstBytes = 4096;

    /// <summary>Reads the body as UTF-8; bytes that are not become U+FFFD, for the parser behind to
    /// judge.</summary>
    public static async Task<BodyResult> ReadAsync(
        HttpContext context,
        int bytesMax,
        TimeSpan timeout,
        TimeProvider time
    )
    {
        if (context.Request.ContentLength > bytesMax)
        {
            return new BodyResult.TooLarge(bytesMax);
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            context.RequestAborted
        );
        try
        {
            return await ReadBytesAsync(context, bytesMax, both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new BodyResult.TooSlow();
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
