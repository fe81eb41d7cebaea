using Edge.Node.HandOver.Early;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>What goes between nodes: media, what came to the wrong one, sessions.</summary>
internal static class MeshMetrics
{
    private static readonly Metric Packets = Metric.Counter(
        "sfu_mesh_packets_total",
        "Media packets that came from other nodes, and that were sent to them.",
        "direction"
    );

    private static readonly Metric Frames = Metric.Counter(
        "sfu_mesh_frames_total",
        "Frames that packets were sent to other nodes in."
    );

    private static readonly Metric Bytes = Metric.Counter(
        "sfu_mesh_bytes_total",
        "Bytes of those frames."
    );

    private static readonly Metric Layers = Metric.Gauge(
        "sfu_mesh_layers",
        "Layers of tracks of this node that other nodes watch."
    );

    private static readonly Metric ShortPaths = Metric.Gauge(
        "sfu_mesh_short_paths",
        "Nodes of other PoPs to which the way carries less than they want."
    );

    private static readonly Metric Drops = Metric.Counter(
        "sfu_mesh_drops_total",
        "Packets, frames and messages for other nodes that were dropped.",
        "reason"
    );

    private static readonly Metric Forwarded = Metric.Counter(
        "sfu_forwarded_datagrams_total",
        "Datagrams of clients that came to another node than their session's: within the PoP, and from one to another.",
        "scope",
        "direction"
    );

    private static readonly Metric EarlyMoves = Metric.Counter(
        "sfu_early_moves_total",
        "Sessions that were to go, before they connected, to the node where their client's packets come.",
        "outcome"
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node)
    {
        var shards = node.Shards;
        sink.Set(Forwarded, shards.Sum(shard => shard.Stats.PassedIn), "pop", "in");
        sink.Set(Forwarded, shards.Sum(shard => shard.Stats.PassedOn), "pop", "out");
        sink.Set(Forwarded, shards.Sum(shard => shard.Stats.CrossedIn), "world", "in");
        sink.Set(Forwarded, shards.Sum(shard => shard.Stats.CrossedOut), "world", "out");
        sink.Set(Packets, shards.Sum(shard => shard.Stats.MediaFetched), "in");
        if (node.Engine is { } engine)
        {
            ref readonly var stats = ref engine.Stats;
            sink.Set(Packets, stats.PacketsOut, "out");
            sink.Set(Frames, stats.FramesOut);
            sink.Set(Bytes, stats.BytesOut);
            sink.Set(Layers, stats.LayersCarried);
            sink.Set(ShortPaths, stats.ShortPaths);
            sink.Set(Drops, stats.TooLate, "too_late");
            sink.Set(Drops, stats.TooLong, "too_long");
            sink.Set(Drops, stats.Refused, "refused");
            sink.Set(Drops, stats.Malformed, "malformed");
        }

        if (node.EarlyMoves is { } moves)
        {
            foreach (var outcome in EnumWords.All<EarlyMoveOutcome>())
            {
                sink.Set(EarlyMoves, moves.Count(outcome), EnumWords.Of(outcome));
            }
        }
    }
}
