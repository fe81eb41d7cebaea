using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Telemetry;

/// <summary>What was dropped, and why.</summary>
internal static class DropMetrics
{
    private static readonly Metric OfShards = Metric.Counter(
        "sfu_drops_total",
        "Datagrams, packets and messages dropped before or after their session saw them.",
        "reason"
    );

    private static readonly Metric OfSessions = Metric.Counter(
        "sfu_session_drops_total",
        "Datagrams and packets that sessions dropped.",
        "reason"
    );

    private static readonly Metric Faults = Metric.Counter(
        "sfu_faults_total",
        "Sessions ended, and turns of the mesh given up, because of an error of ours. Anything but 0 is a bug."
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node, ShardFigures figures)
    {
        foreach (var reason in EnumWords.All<ShardDrop>())
        {
            sink.Set(
                OfShards,
                node.Shards.Sum(shard => shard.Stats.Drops[(int)reason]),
                EnumWords.Of(reason)
            );
        }

        foreach (var reason in EnumWords.All<DropReason>())
        {
            if (reason != DropReason.None)
            {
                sink.Set(OfSessions, figures.Drops(reason), EnumWords.Of(reason));
            }
        }

        var faults = node.Shards.Sum(shard => shard.Stats.Faults);
        sink.Set(Faults, faults + (node.Engine?.Stats.Faults ?? 0));
    }
}
