namespace Edge.Protocol.Srtp;

/// <summary>AES-GCM under one key; each call gives its own 12-byte IV.</summary>
/// <remarks>Made for one direction: the other's method answers false. Threads: one owner. No call
/// allocates.</remarks>
public interface ISrtpAead : IDisposable
{
    /// <summary>Encrypts two pieces of plain text, one behind the other, and writes the tag.</summary>
    /// <remarks>Shape: <paramref name="destination"/> is as long as head and tail together; the head may be
    /// its own first bytes, the tail must not overlap it. The associated data is one or two pieces.</remarks>
    bool Seal(
        ReadOnlySpan<byte> iv,
        SrtpAssociatedData associated,
        SrtpPlainText plain,
        Span<byte> destination,
        Span<byte> tag
    );

    /// <summary>Decrypts in place and checks the tag; false leaves the text scrambled.</summary>
    bool Open(
        ReadOnlySpan<byte> iv,
        SrtpAssociatedData associated,
        Span<byte> text,
        ReadOnlySpan<byte> tag
    );
}
