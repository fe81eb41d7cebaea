using System.Collections.Immutable;
using Edge.Bus;
using Edge.Bus.Lan;
using Edge.Hosting.Links;
using Edge.Primitives;

namespace Edge.Hosting.Metrics;

/// <summary>What the connections with other processes say.</summary>
public static class BusMetrics
{
    private static readonly Metric Connected = Metric.Gauge(
        "sfu_bus_connected",
        "1 while the bus is connected.",
        "bus"
    );

    private static readonly Metric Messages = Metric.Counter(
        "sfu_bus_messages_total",
        "Messages that were sent and received.",
        "bus",
        "direction"
    );

    private static readonly Metric Bytes = Metric.Counter(
        "sfu_bus_bytes_total",
        "Bytes of those messages.",
        "bus",
        "direction"
    );

    private static readonly Metric Lost = Metric.Counter(
        "sfu_bus_messages_lost_total",
        "Messages not sent, for want of a connection or of room, and those that handlers were too slow for.",
        "bus",
        "direction"
    );

    private static readonly Metric Reconnects = Metric.Counter(
        "sfu_bus_reconnects_total",
        "Connections after the first.",
        "bus"
    );

    private static readonly Metric LanPeers = Metric.Gauge(
        "sfu_lan_peers",
        "Other processes of the PoP by whether they live.",
        "state"
    );

    private static readonly Metric Suspicions = Metric.Counter(
        "sfu_lan_suspicions_total",
        "How often another process of the PoP was suspected to be dead, by what.",
        "cause"
    );

    private static readonly ImmutableArray<(LanPeerState State, string Label)> States =
    [
        (LanPeerState.Unseen, "unseen"),
        (LanPeerState.Connected, "connected"),
        (LanPeerState.Suspected, "suspected"),
        (LanPeerState.Gone, "gone"),
    ];

    /// <summary>Reports them.</summary>
    public static Task ReportAsync(ProcessBuses buses, IMetricSink sink)
    {
        ArgumentNullException.ThrowIfNull(buses);
        ArgumentNullException.ThrowIfNull(sink);
        Report(sink, "lan", buses.Lan);
        Report(sink, "nats", buses.Nats);
        Report(sink, "nats_media", buses.NatsMedia);
        ReportPeers(sink, buses.Lan);
        return Task.CompletedTask;
    }

    private static void ReportPeers(IMetricSink sink, LanBus lan)
    {
        var peers = lan.Peers;
        foreach (var (state, label) in States)
        {
            sink.Set(LanPeers, peers.Count(peer => peer.State == state), label);
        }

        var suspicions = lan.Suspicions;
        sink.Set(Suspicions, suspicions.Silent, "silent");
        sink.Set(Suspicions, suspicions.Closed, "closed");
    }

    private static void Report(IMetricSink sink, string name, IBus? bus)
    {
        if (bus is null)
        {
            return;
        }

        var stats = bus.Stats;
        sink.Set(Connected, bus.IsConnected ? 1 : 0, name);
        sink.Set(Messages, stats.Published, name, "out");
        sink.Set(Messages, stats.Delivered, name, "in");
        sink.Set(Bytes, stats.PublishedBytes, name, "out");
        sink.Set(Bytes, stats.DeliveredBytes, name, "in");
        sink.Set(Lost, stats.Dropped, name, "out");
        sink.Set(Lost, stats.Missed, name, "in");
        sink.Set(Reconnects, stats.Reconnects, name);
    }
}
