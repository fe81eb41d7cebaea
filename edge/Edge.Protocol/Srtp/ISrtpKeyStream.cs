namespace Edge.Protocol.Srtp;

/// <summary>AES counter mode under one key; each call gives its own 16-byte counter block.</summary>
/// <remarks>Threads: one owner. No call allocates.</remarks>
public interface ISrtpKeyStream : IDisposable
{
    /// <summary>Longest text of one call: its blocks are counted in the counter's last two bytes (RFC 3711
    /// §4.1.1).</summary>
    const int TextBytesMax = 65_536 * 16;

    /// <summary>Adds the key stream to two pieces of text, one behind the other.</summary>
    /// <remarks>Shape: <paramref name="destination"/> is as long as head and tail together; the head may be
    /// its own first bytes, the tail must not overlap it. The counter's last two bytes are zero.</remarks>
    bool Apply(ReadOnlySpan<byte> counter, SrtpPlainText text, Span<byte> destination);
}
