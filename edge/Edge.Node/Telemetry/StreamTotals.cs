using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;

namespace Edge.Node.Telemetry;

/// <summary>What was counted of streams of one kind in one direction.</summary>
/// <param name="Packets">Media packets, without repetitions of those that were sent.</param>
/// <param name="Bytes">Their bytes, RTP header and payload.</param>
/// <param name="Lost">Packets lost, as reports count them.</param>
/// <param name="Repaired">Packets that came, or were sent, once more.</param>
/// <param name="Nacked">Packets that a publisher was asked for again.</param>
/// <param name="KeyFrameRequests">Key frames that a publisher was asked for, or that a viewer asked for.</param>
internal readonly record struct StreamTotals(
    long Packets,
    long Bytes,
    long Lost,
    long Repaired,
    long Nacked,
    long KeyFrameRequests
)
{
    /// <summary>Of what comes from a publisher.</summary>
    public static StreamTotals Of(in ReceiverStats stats) =>
        new(
            stats.Packets,
            stats.Bytes,
            stats.Lost,
            stats.Recovered,
            stats.NacksSent,
            stats.KeyFrameRequests
        );

    /// <summary>Of what goes to a viewer, whose NACKs its track counts.</summary>
    public static StreamTotals Of(in SenderStats stats) =>
        new(
            stats.Packets,
            stats.Bytes,
            stats.Lost,
            stats.Retransmissions,
            Nacked: 0,
            stats.KeyFrameRequests
        );

    /// <summary>Both together.</summary>
    public static StreamTotals operator +(in StreamTotals one, in StreamTotals other) =>
        new(
            one.Packets + other.Packets,
            one.Bytes + other.Bytes,
            one.Lost + other.Lost,
            one.Repaired + other.Repaired,
            one.Nacked + other.Nacked,
            one.KeyFrameRequests + other.KeyFrameRequests
        );

    /// <summary>The other way round.</summary>
    public static StreamTotals operator -(in StreamTotals all) => default(StreamTotals) - all;

    /// <summary>What is left without another one.</summary>
    public static StreamTotals operator -(in StreamTotals one, in StreamTotals other) =>
        new(
            one.Packets - other.Packets,
            one.Bytes - other.Bytes,
            one.Lost - other.Lost,
            one.Repaired - other.Repaired,
            one.Nacked - other.Nacked,
            one.KeyFrameRequests - other.KeyFrameRequests
        );
}
