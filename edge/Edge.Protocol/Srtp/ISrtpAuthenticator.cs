namespace Edge.Protocol.Srtp;

/// <summary>HMAC-SHA1 under one key.</summary>
/// <remarks>Threads: one owner. No call allocates.</remarks>
public interface ISrtpAuthenticator : IDisposable
{
    /// <summary>Bytes of a whole code.</summary>
    const int CodeBytes = 20;

    /// <summary>Writes the 20-byte code of a message and what follows it (the rollover counter).</summary>
    bool Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> code);
}
