using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>What nodes of a PoP do for each other's sessions; nothing of a node that takes no part.</summary>
internal static class TakeoverMetrics
{
    private static readonly Metric Sessions = Metric.Gauge(
        "sfu_takeover_sessions",
        "Sessions of this node that others keep (protected: they survive the next fault), and those of others that it keeps.",
        "state"
    );

    private static readonly Metric Ended = Metric.Counter(
        "sfu_takeovers_total",
        "Sessions of nodes that had ended: that went on here, that could not, and own ones that went on elsewhere.",
        "outcome"
    );

    private static readonly Metric Bytes = Metric.Counter(
        "sfu_takeover_bytes_total",
        "Bytes by which nodes of the PoP tell each other of sessions.",
        "direction"
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node)
    {
        if (node.Takeover is not { } desk)
        {
            return;
        }

        var figures = desk.Figures;
        sink.Set(Sessions, figures.Own, "own");
        sink.Set(Sessions, figures.Protected, "protected");
        sink.Set(Sessions, figures.Kept, "kept");
        sink.Set(Ended, figures.Survived, "survived");
        sink.Set(Ended, figures.Failed, "failed");
        sink.Set(Ended, figures.Fenced, "elsewhere");
        sink.Set(Bytes, figures.BytesIn, "in");
        sink.Set(Bytes, figures.BytesOut, "out");
    }
}
