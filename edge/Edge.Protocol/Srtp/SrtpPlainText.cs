namespace Edge.Protocol.Srtp;

/// <summary>A payload in two pieces: what was written for this receiver, then what all receivers share.</summary>
/// <param name="head">The first piece; may be empty.</param>
/// <param name="tail">What follows it; may be empty.</param>
public readonly ref struct SrtpPlainText(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
{
    /// <summary>The first piece; may be empty.</summary>
    public ReadOnlySpan<byte> Head { get; } = head;

    /// <summary>What follows it; may be empty.</summary>
    public ReadOnlySpan<byte> Tail { get; } = tail;
}
