using System.Buffers;
using System.Text;

namespace Control.Server.Http;

/// <summary>Reads bodies of a bounded size within a bounded time.</summary>
internal static class TextBody
{
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
        var buffer = ArrayPool<byte>.Shared.Rent(bytesMax + 1);
        try
        {
            var length = await ReadBytesAsync(
                context,
                buffer.AsMemory(0, bytesMax + 1),
                both.Token
            );
            return length > bytesMax
                ? new BodyResult.TooLarge(bytesMax)
                : new BodyResult.Complete(ToText(buffer.AsSpan(0, length)));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new BodyResult.TooSlow();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> ReadBytesAsync(
        HttpContext context,
        Memory<byte> buffer,
        CancellationToken cancellation
    )
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await context.Request.Body.ReadAsync(buffer[length..], cancellation);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return length;
    }

    private static string ToText(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return Encoding.UTF8.GetString(bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes);
    }
}
