using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>What one receiver says of one source (RFC 3550 §6.4.1).</summary>
/// <param name="Source">The source reported on.</param>
/// <param name="FractionLost">Share of packets lost since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Packets lost since the start, 24 bits with sign: duplicates make it
/// negative.</param>
/// <param name="HighestSequence">Highest sequence number received, with cycles in the upper half.</param>
/// <param name="Jitter">Interarrival jitter, in units of the codec's clock.</param>
/// <param name="LastSenderReport">Middle 32 bits of the last SR's NTP timestamp; 0 when none came.</param>
/// <param name="DelaySinceLastSenderReport">From that SR to this report, in 1/65536 s.</param>
public readonly record struct ReportBlock(
    Ssrc Source,
    byte FractionLost,
    int CumulativeLost,
    uint HighestSequence,
    uint Jitter,
    uint LastSenderReport,
    uint DelaySinceLastSenderReport
)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Bytes = 24;

    private const int CumulativeLostMax = 0x7FFFFF;
    private const int CumulativeLostMin = -0x800000;

    // +---------------------------------------------------------------+
    // |                   SSRC of the reported source                 |
    // +---------------+-----------------------------------------------+
    // | fraction lost |      cumulative number of packets lost        |
    // +---------------+-----------------------------------------------+
    // |           extended highest sequence number received           |
    // +---------------------------------------------------------------+
    // |                      interarrival jitter                      |
    // +---------------------------------------------------------------+
    // |                         last SR (LSR)                         |
    // +---------------------------------------------------------------+
    // |                   delay since last SR (DLSR)                  |
    // +---------------------------------------------------------------+

    internal static ReportBlock Read(ReadOnlySpan<byte> block) =>
        new(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(block)),
            block[4],
            (BinaryPrimitives.ReadInt32BigEndian(block[4..]) << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[20..])
        );

    internal void Write(Span<byte> destination)
    {
        // RFC 3550 §A.3: the count stays at its limit instead of wrapping.
        var lost = Math.Clamp(CumulativeLost, CumulativeLostMin, CumulativeLostMax);
        BinaryPrimitives.WriteUInt32BigEndian(destination, Source.Value);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], lost & 0xFFFFFF);
        destination[4] = FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], DelaySinceLastSenderReport);
    }
}
