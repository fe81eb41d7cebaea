using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Edge.Bus.Nats;

/// <summary>Writes a message as a client sends it.</summary>
internal static class NatsFrame
{
    // "PUB " and a space after each of two subjects, ten digits, and the two line ends.
    private const int OverheadBytes = 20;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Writes one into a pooled buffer, which is the caller's to return.</summary>
    /// <remarks>
    /// Source: NATS protocol, PUB.
    /// <code>PUB subject [reply-to] #bytes CR LF payload CR LF</code>
    /// </remarks>
    /// <param name="subject">The subject, well-formed.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="replyTo">Where an answer is expected, well-formed.</param>
    /// <param name="length">The frame's bytes in the buffer.</param>
    public static byte[] Rent(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo,
        out int length
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(
            OverheadBytes + subject.Length + (replyTo?.Length ?? 0) + payload.Length
        );
        var rest = buffer.AsSpan();
        Append(ref rest, "PUB "u8);
        AppendWord(ref rest, subject);
        if (replyTo is not null)
        {
            AppendWord(ref rest, replyTo);
        }

        Utf8Formatter.TryFormat(payload.Length, rest, out var digits);
        rest = rest[digits..];
        Append(ref rest, LineEnd);
        Append(ref rest, payload);
        Append(ref rest, LineEnd);
        length = buffer.Length - rest.Length;
        return buffer;
    }

    private static void AppendWord(ref Span<byte> rest, string word)
    {
        // Subjects are ASCII.
        var length = Encoding.ASCII.GetBytes(word, rest);
        rest[length] = (byte)' ';
        rest = rest[(length + 1)..];
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
