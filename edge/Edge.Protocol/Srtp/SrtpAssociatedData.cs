namespace Edge.Protocol.Srtp;

/// <summary>What an AEAD authenticates without encrypting: a header and, for SRTCP, the index word.</summary>
/// <param name="head">The first piece.</param>
/// <param name="tail">What follows it; may be empty.</param>
public readonly ref struct SrtpAssociatedData(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
{
    /// <summary>The first piece.</summary>
    public ReadOnlySpan<byte> Head { get; } = head;

    /// <summary>What follows it; may be empty.</summary>
    public ReadOnlySpan<byte> Tail { get; } = tail;
}
