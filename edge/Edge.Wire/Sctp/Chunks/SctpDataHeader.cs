namespace Edge.Wire.Sctp.Chunks;

/// <summary>The fields of a DATA chunk that is to be written (RFC 9260 §3.3.1).</summary>
/// <param name="Tsn">The transmission sequence number.</param>
/// <param name="StreamId">The stream.</param>
/// <param name="StreamSequence">The message's place in its stream.</param>
/// <param name="PayloadProtocol">What the upper layer says the bytes are.</param>
/// <param name="Flags">The flags of <see cref="SctpData"/>.</param>
public readonly record struct SctpDataHeader(
    uint Tsn,
    ushort StreamId,
    ushort StreamSequence,
    uint PayloadProtocol,
    byte Flags
);
