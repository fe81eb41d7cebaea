using System.Numerics;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Telemetry;

/// <summary>Sessions: how they came to media, how many there are, how they ended.</summary>
internal static class JoinMetrics
{
    private static readonly Metric Sessions = Metric.Gauge(
        "sfu_sessions",
        "Sessions: of WHIP, of WHEP, and of the session and track API.",
        "role"
    );

    private static readonly Metric SessionsMax = Metric.Gauge(
        "sfu_sessions_max",
        "Sessions that the node takes; further ones are refused."
    );

    private static readonly Metric Shards = Metric.Gauge(
        "sfu_shards",
        "Media threads. When each has a core to itself, the node can use about so many."
    );

    private static readonly Metric Stages = Metric.Histogram(
        "sfu_session_stage_seconds",
        "Time from a session's creation to a stage on its way to media; the count is how many came so far.",
        "stage"
    );

    private static readonly Metric Failures = Metric.Counter(
        "sfu_join_failures_total",
        "Sessions that ended before DTLS was done, by the last stage that they reached.",
        "stage",
        "reason"
    );

    private static readonly Metric Ended = Metric.Counter(
        "sfu_sessions_ended_total",
        "Sessions that ended here. Those that went to another node ended with handed_over.",
        "reason"
    );

    private static readonly Metric PathChanges = Metric.Counter(
        "sfu_path_changes_total",
        "Times that a client was sent to at another address than before."
    );

    private static readonly Metric Handshakes = Metric.Counter(
        "sfu_handshake_datagrams_total",
        "Datagrams of DTLS handshakes: taken at once, or put off because media goes first.",
        "when"
    );

    private static readonly string[] StageWords =
    [
        "created",
        "first_stun",
        "ice_ok",
        "dtls_ok",
        "first_rtp_in",
        "first_rtp_out",
    ];

    private static readonly int DtlsStage = BitOperations.Log2((uint)SessionStages.DtlsOk);

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node)
    {
        sink.Set(Sessions, node.Publishers, "publisher");
        sink.Set(Sessions, node.Players, "player");
        sink.Set(Sessions, node.Calls.Count, "caller");
        sink.Set(SessionsMax, node.Options.SessionsMax);
        sink.Set(Shards, node.Shards.Length);
        for (var stage = 0; stage < StageCounts.StageCount; stage++)
        {
            var seconds = StageCounts.NewSeconds();
            foreach (var shard in node.Shards)
            {
                seconds.Add(shard.Stages.Seconds(stage));
            }

            sink.Set(Stages, seconds, StageWords[stage]);
        }

        foreach (var reason in EnumWords.All<PeerClosedReason>())
        {
            if (reason != PeerClosedReason.None)
            {
                Report(sink, node, reason);
            }
        }

        sink.Set(PathChanges, node.Shards.Sum(shard => shard.Stats.PathChanges));
        var putOff = node.Shards.Sum(shard => shard.Stats.HandshakesPutOff);
        var steps = node.Shards.Sum(shard => shard.Stats.HandshakeSteps);
        sink.Set(Handshakes, steps - putOff, "at_once");
        sink.Set(Handshakes, putOff, "put_off");
    }

    private static void Report(IMetricSink sink, NodeState node, PeerClosedReason reason)
    {
        var word = EnumWords.Of(reason);
        sink.Set(Ended, node.Shards.Sum(shard => shard.Stages.Ended(reason)), word);
        for (var stage = 0; stage < DtlsStage; stage++)
        {
            var failed = node.Shards.Sum(shard => shard.Stages.Failed(stage, reason));
            sink.Set(Failures, failed, StageWords[stage], word);
        }
    }
}
