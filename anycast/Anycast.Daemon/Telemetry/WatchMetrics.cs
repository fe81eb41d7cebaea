using Anycast.Daemon.Announcing;
using Anycast.Health;
using Anycast.Health.Rounds;
using Edge.Primitives;

namespace Anycast.Daemon.Telemetry;

/// <summary>What operators are told of a watch.</summary>
internal static class WatchMetrics
{
    private static readonly Metric Announced = Metric.Gauge(
        "anycast_announced",
        "1 while the address is to be announced."
    );

    private static readonly Metric FailStatic = Metric.Gauge(
        "anycast_fail_static",
        "1 while the node looks ill and keeps the address, because no other has it."
    );

    private static readonly Metric Hold = Metric.Gauge(
        "anycast_hold_seconds",
        "Time until the address may be announced again."
    );

    private static readonly Metric DryRun = Metric.Gauge(
        "anycast_dry_run",
        "1 where BIRD is left as it is."
    );

    private static readonly Metric Bird = Metric.Gauge(
        "anycast_bird_state",
        "1 for what BIRD has.",
        "state"
    );

    private static readonly Metric Processes = Metric.Gauge(
        "anycast_processes",
        "Processes of the node that live and whose end the kernel would tell; 0: only rounds of probes find it out."
    );

    private static readonly Metric Held = Metric.Gauge(
        "anycast_sockets_held",
        "Media sockets of a process that is no more, held so that clients are not told that the port is closed."
    );

    private static readonly Metric Ends = Metric.Counter(
        "anycast_process_ends_total",
        "Processes of the node whose end the kernel told."
    );

    private static readonly Metric FailStaticCount = Metric.Counter(
        "anycast_fail_static_total",
        "Times that the last node kept the address."
    );

    private static readonly Metric HeldBack = Metric.Counter(
        "anycast_held_back_total",
        "Times that a healthy node waited for its hold."
    );

    private static readonly Metric PeersRefused = Metric.Counter(
        "anycast_peer_datagrams_refused_total",
        "Datagrams that were no new heartbeat of a peer."
    );

    private static readonly Metric PeersSkipped = Metric.Counter(
        "anycast_peer_datagrams_skipped_total",
        "Datagrams that had waited for too long to say anything."
    );

    private static readonly Metric Late = Metric.Counter(
        "anycast_rounds_late_total",
        "Rounds not counted, because anycastd itself was late."
    );

    private static readonly Metric Media = Metric.Counter(
        "anycast_media_probes_total",
        "Rounds by the worst answer of a media address.",
        "answer"
    );

    private static readonly Metric Readiness = Metric.Counter(
        "anycast_readiness_probes_total",
        "Rounds by what the node says of itself.",
        "answer"
    );

    private static readonly Metric Rounds = Metric.Counter(
        "anycast_rounds_total",
        "Rounds by what they say.",
        "verdict"
    );

    private static readonly Metric Transitions = Metric.Counter(
        "anycast_transitions_total",
        "Changes of what is announced.",
        "reason"
    );

    /// <summary>Reports them.</summary>
    public static void Report(
        IMetricSink sink,
        in WatchSnapshot watch,
        WatchCounters counters,
        int processes,
        int held
    )
    {
        sink.Set(Announced, watch.IsAnnounced ? 1 : 0);
        sink.Set(FailStatic, watch.IsFailStatic ? 1 : 0);
        sink.Set(Hold, watch.HoldSeconds);
        sink.Set(DryRun, watch.IsDryRun ? 1 : 0);
        foreach (var state in EnumWords.All<BirdState>())
        {
            sink.Set(Bird, state == watch.Bird ? 1 : 0, EnumWords.Of(state));
        }

        sink.Set(Processes, processes);
        sink.Set(Held, held);
        sink.Set(Ends, counters.Ends);
        sink.Set(FailStaticCount, watch.FailStaticCount);
        sink.Set(HeldBack, watch.HeldBackCount);
        sink.Set(PeersRefused, watch.PeersRefused);
        sink.Set(PeersSkipped, watch.PeersSkipped);
        sink.Set(Late, counters.Late);
        Report<MediaAnswer>(sink, Media, counters.Of);
        Report<ReadinessAnswer>(sink, Readiness, counters.Of);
        Report<RoundVerdict>(sink, Rounds, counters.Of);
        Report<HealthReason>(sink, Transitions, counters.Of);
    }

    private static void Report<T>(IMetricSink sink, Metric metric, Func<T, long> read)
        where T : struct, Enum
    {
        foreach (var value in EnumWords.All<T>())
        {
            sink.Set(metric, read(value), EnumWords.Of(value));
        }
    }
}
