using System.Globalization;
using Edge.Mesh.Paths;
using Edge.Mesh.Peers;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>Media between this node and each other PoP.</summary>
/// <remarks>Bounded: as many PoPs as <see cref="PeerPops"/> has places for, and "other" for all further ones. A PoP comes into
/// the report when it first watches something here or is watched, and stays.</remarks>
internal static class PeerMetrics
{
    private const string Others = "other";

    private static readonly Metric Number = Metric.Gauge(
        "sfu_pop_number",
        "The number by which other PoPs know the one that this node is of (label peer)."
    );

    private static readonly Metric Frames = Metric.Counter(
        "sfu_mesh_peer_frames_total",
        "Frames from another PoP, and for it.",
        "peer",
        "direction"
    );

    private static readonly Metric Packets = Metric.Counter(
        "sfu_mesh_peer_packets_total",
        "Media packets in those frames.",
        "peer",
        "direction"
    );

    private static readonly Metric Bytes = Metric.Counter(
        "sfu_mesh_peer_bytes_total",
        "Bytes of those frames.",
        "peer",
        "direction"
    );

    private static readonly Metric Lost = Metric.Counter(
        "sfu_mesh_peer_frames_lost_total",
        "Frames from another PoP that were missing when a later one came.",
        "peer"
    );

    private static readonly Metric Late = Metric.Counter(
        "sfu_mesh_peer_frames_late_total",
        "Frames from another PoP that came behind later ones: repaired, in time; dropped, too late to be shown.",
        "peer",
        "outcome"
    );

    private static readonly Metric KeyFrames = Metric.Counter(
        "sfu_mesh_peer_key_frames_wanted_total",
        "Key frames that were asked of another PoP, to begin with or because something was missing.",
        "peer"
    );

    private static readonly Metric Tracks = Metric.Gauge(
        "sfu_mesh_peer_tracks",
        "Tracks of another PoP that are watched here (in), and of this node that are watched there (out).",
        "peer",
        "direction"
    );

    private static readonly Metric Ways = Metric.Gauge(
        "sfu_mesh_peer_paths",
        "Nodes of another PoP whose tracks are watched here, by whether the way carries all that is wanted (free).",
        "peer",
        "state"
    );

    private static readonly Metric Silence = Metric.Gauge(
        "sfu_mesh_peer_silence_seconds",
        "Time since anything came from another PoP of the tracks that viewers here want; 0 while they want none.",
        "peer"
    );

    private static readonly Metric RoundTrip = Metric.Gauge(
        "sfu_mesh_peer_round_trip_seconds",
        "Time of a question to another PoP and its answer, by the servers between; tried each 10 s while its tracks are watched here.",
        "peer"
    );

    /// <summary>Reports them.</summary>
    public static void Report(IMetricSink sink, NodeState node)
    {
        if (node.Engine is not { } engine)
        {
            return;
        }

        sink.Set(Number, engine.Self.Pop);
        var heard = FindHeard(engine);
        var now = node.Clock.Now();
        foreach (var peer in engine.Peers.Known)
        {
            Report(sink, peer, heard, now);
        }

        Report(sink, engine.Peers.Others, heard, now);
    }

    /// <summary>When each PoP was heard last, of what it should be heard of: owners say each second how a track is that is
    /// watched, and nothing of one that nobody watches any more.</summary>
    private static Dictionary<PeerPop, Instant> FindHeard(MeshEngine engine)
    {
        var heard = new Dictionary<PeerPop, Instant>();
        foreach (var track in engine.Remote)
        {
            if (track.Stream.WantedLayers != 0 && track.Intake.Path is { } path)
            {
                var before = heard.GetValueOrDefault(path.Peer, track.HeardAt);
                heard[path.Peer] = Instant.Max(before, track.HeardAt);
            }
        }

        return heard;
    }

    private static void Report(
        IMetricSink sink,
        PeerPop peer,
        Dictionary<PeerPop, Instant> heard,
        Instant now
    )
    {
        var name = peer.Number?.ToString(CultureInfo.InvariantCulture) ?? Others;
        sink.Set(Frames, peer.FramesIn, name, "in");
        sink.Set(Frames, peer.FramesOut, name, "out");
        sink.Set(Packets, peer.PacketsIn, name, "in");
        sink.Set(Packets, peer.PacketsOut, name, "out");
        sink.Set(Bytes, peer.BytesIn, name, "in");
        sink.Set(Bytes, peer.BytesOut, name, "out");
        sink.Set(Lost, peer.FramesLost, name);
        sink.Set(Late, peer.FramesRepaired, name, "repaired");
        sink.Set(Late, peer.FramesTooLate, name, "dropped");
        sink.Set(KeyFrames, peer.KeyFramesWanted, name);
        sink.Set(Tracks, peer.TracksIn, name, "in");
        sink.Set(Tracks, peer.TracksOut, name, "out");
        foreach (var state in EnumWords.All<PathState>())
        {
            sink.Set(Ways, peer.Paths(state), name, EnumWords.Of(state));
        }

        var silence = now - heard.GetValueOrDefault(peer, now);
        sink.Set(Silence, Math.Max(0, silence.TotalSeconds), name);
        if (peer.RoundTrip is { } took)
        {
            sink.Set(RoundTrip, took.TotalSeconds, name);
        }
    }
}
