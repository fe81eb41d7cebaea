using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>Datagrams and connections of clients, whatever is in them.</summary>
internal static class TrafficMetrics
{
    private static readonly Metric Datagrams = Metric.Counter(
        "sfu_datagrams_total",
        "Datagrams, and packets on TCP connections, received and sent.",
        "direction"
    );

    private static readonly Metric Runs = Metric.Counter(
        "sfu_datagram_runs_total",
        "Runs of datagrams for one client that were sent with one call; one alone counts too."
    );

    private static readonly Metric Messages = Metric.Counter(
        "sfu_channel_messages_total",
        "Messages of data channels given to clients."
    );

    private static readonly Metric Connections = Metric.Counter(
        "sfu_tcp_connections_total",
        "TCP connections for media that were taken."
    );

    private static readonly Metric ConnectionsOpen = Metric.Gauge(
        "sfu_tcp_connections",
        "TCP connections for media that are open."
    );

    private static readonly Metric Front = Metric.Counter(
        "sfu_front_connections_total",
        "Connections at the port that HTTPS and media share, by what became of them.",
        "outcome"
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node)
    {
        var shards = node.Shards;
        sink.Set(Datagrams, shards.Sum(shard => shard.Stats.Received), "in");
        sink.Set(Datagrams, shards.Sum(shard => shard.Stats.Sent), "out");
        sink.Set(Runs, shards.Sum(shard => shard.Stats.Runs));
        sink.Set(Messages, shards.Sum(shard => shard.Stats.Messages));
        sink.Set(Connections, shards.Sum(shard => shard.Stats.Connections));
        sink.Set(ConnectionsOpen, shards.Sum(shard => shard.Stats.ConnectionsOpen));
        if (node.Front is { } front)
        {
            ref readonly var stats = ref front.Stats;
            sink.Set(Front, stats.Https, "https");
            sink.Set(Front, stats.Media, "media");
            sink.Set(Front, stats.ControlAway, "control_away");
            sink.Set(Front, stats.Neither, "neither");
            sink.Set(Front, stats.Silent, "silent");
            sink.Set(Front, stats.Crowded, "crowded");
        }
    }
}
