using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Node.Telemetry;

/// <summary>Media: packets, repairs, layers, what viewers' networks carry.</summary>
internal static class MediaMetrics
{
    private static readonly Metric Tracks = Metric.Gauge(
        "sfu_tracks",
        "Tracks that clients publish (in) and play (out).",
        "kind",
        "direction"
    );

    private static readonly Metric Packets = Metric.Counter(
        "sfu_packets_total",
        "Media packets from publishers and to viewers, without those that were sent again.",
        "kind",
        "direction"
    );

    private static readonly Metric Bytes = Metric.Counter(
        "sfu_bytes_total",
        "Bytes of those packets: RTP header and payload.",
        "kind",
        "direction"
    );

    private static readonly Metric Lost = Metric.Counter(
        "sfu_packets_lost_total",
        "Packets that never came from publishers, and that viewers reported lost.",
        "kind",
        "direction"
    );

    private static readonly Metric Repaired = Metric.Counter(
        "sfu_packets_repaired_total",
        "Packets that came, and were sent, by retransmission (RTX).",
        "kind",
        "direction"
    );

    private static readonly Metric Nacked = Metric.Counter(
        "sfu_packets_nacked_total",
        "Packets that publishers were asked for again.",
        "kind"
    );

    private static readonly Metric NackedMissed = Metric.Counter(
        "sfu_retransmissions_missed_total",
        "Packets that viewers asked for again and that were too old, or too many."
    );

    private static readonly Metric KeyFrameRequests = Metric.Counter(
        "sfu_key_frame_requests_total",
        "Requests for key frames (PLI, FIR): to publishers (out), and from viewers (in).",
        "direction"
    );

    private static readonly Metric CachedStarts = Metric.Counter(
        "sfu_cached_starts_total",
        "Viewers whose first picture was there when they came."
    );

    private static readonly Metric LayerSwitches = Metric.Counter(
        "sfu_layer_switches_total",
        "Viewers that were switched to another simulcast layer."
    );

    private static readonly Metric Downlinks = Metric.Gauge(
        "sfu_downlinks",
        "Viewers whose bandwidth is estimated."
    );

    private static readonly Metric Estimated = Metric.Gauge(
        "sfu_downlinks_estimated_bytes_per_second",
        "What the networks of those viewers carry, together."
    );

    private static readonly Metric Given = Metric.Gauge(
        "sfu_downlinks_given_bytes_per_second",
        "What of that is given to tracks, together."
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, ShardFigures figures)
    {
        foreach (var kind in EnumWords.All<MediaKind>())
        {
            Report(sink, figures, kind, isOut: false);
            Report(sink, figures, kind, isOut: true);
            var streams = figures.Streams(kind, isOut: false);
            sink.Set(Nacked, streams.Nacked, EnumWords.Of(kind));
        }

        sink.Set(
            KeyFrameRequests,
            figures.Streams(MediaKind.Video, isOut: false).KeyFrameRequests,
            "out"
        );
        sink.Set(
            KeyFrameRequests,
            figures.Streams(MediaKind.Video, isOut: true).KeyFrameRequests,
            "in"
        );
        sink.Set(NackedMissed, figures.RetransmissionsMissed);
        sink.Set(CachedStarts, figures.CachedStarts);
        sink.Set(LayerSwitches, figures.LayerSwitches);
        sink.Set(Downlinks, figures.Downlinks);
        sink.Set(Estimated, figures.EstimatedBits / 8.0);
        sink.Set(Given, figures.GivenBits / 8.0);
    }

    private static void Report(IMetricSink sink, ShardFigures figures, MediaKind kind, bool isOut)
    {
        var streams = figures.Streams(kind, isOut);
        string[] labels = [EnumWords.Of(kind), isOut ? "out" : "in"];
        sink.Set(Tracks, figures.Tracks(kind, isOut), labels);
        sink.Set(Packets, streams.Packets, labels);
        sink.Set(Bytes, streams.Bytes, labels);
        sink.Set(Lost, streams.Lost, labels);
        sink.Set(Repaired, streams.Repaired, labels);
    }
}
