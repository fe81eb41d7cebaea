using Edge.Mesh.Paths;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Feeds;

/// <summary>Reads the frames of another node's track: what is new in them, in order, in time.</summary>
/// <remarks>Sans-IO. Threads: one owner.</remarks>
public sealed class FeedIntake
{
    private readonly FeedOrder _order = new();
    private readonly TransitClock _transit = new();
    private readonly ulong[] _dropped = new ulong[FeedOrder.LayersMax];
    private PathMeter? _path;

    /// <summary>What counts all that comes of the same node; null for a near one. Threads: any may set.</summary>
    public PathMeter? Path
    {
        get => Volatile.Read(ref _path);
        set => Volatile.Write(ref _path, value);
    }

    /// <summary>Takes a frame.</summary>
    /// <param name="bytes">The frame as it came.</param>
    /// <param name="wallNow">When it came, by this node's wall clock.</param>
    /// <param name="sink">What takes what is in it.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public FeedOutcome Handle<TSink>(
        ReadOnlySpan<byte> bytes,
        NtpTimestamp wallNow,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IFeedSink
    {
        if (
            MeshFrameReader.TryParse(bytes, out var frame) != MeshParseError.None
            || frame.Header.Layer >= FeedOrder.LayersMax
        )
        {
            return FeedOutcome.Malformed;
        }

        // What has packets and no place among the frames of its layer is a cache's.
        var isReplay = frame.Header.Number == 0 && frame.PacketCount > 0;
        Path?.Note(bytes.Length, wallNow - frame.Header.SentAt, isReplay);
        var state = default(MeshTrackState);
        Span<MeshLayerState> layers = stackalloc MeshLayerState[FeedOrder.LayersMax];
        var layerCount = 0;
        if (
            !frame.State.IsEmpty
            && MeshTrackState.TryParse(frame.State, layers, out layerCount, out state)
                != MeshParseError.None
        )
        {
            return FeedOutcome.Malformed;
        }

        if (state.End == MeshTrackEnd.Track)
        {
            return FeedOutcome.Ended;
        }

        if (!TryPlace(frame, wallNow, ref sink, out var isGap, now))
        {
            return FeedOutcome.Dropped;
        }

        var layer = frame.Header.Layer;
        if (layer < sink.LayerCount)
        {
            sink.HandleState(layer, state, layers[..Math.Min(layerCount, sink.LayerCount)]);
            TakePackets(frame, isGap, ref sink);
        }

        return FeedOutcome.Taken;
    }

    /// <summary>A layer is taken anew: what was missed of it meanwhile is no gap.</summary>
    public void Restart(int layer) => _order.Restart(layer);

    /// <summary>Passes packets on. What is missing before them is healed by a whole key frame; part of one may miss
    /// its rest, which can be what is missing when its first packet came late.</summary>
    [HotPath]
    private static void TakePackets<TSink>(MeshFrameReader frame, bool isGap, ref TSink sink)
        where TSink : struct, IFeedSink
    {
        var layer = frame.Header.Layer;
        var isFirst = true;
        var beginsKeyFrame = false;
        var isWhole = false;
        while (frame.TryReadPacket(out var packet, out var rtp))
        {
            beginsKeyFrame |=
                isFirst && (packet.Flags & MeshPacketFlags.KeyFrameStart) != MeshPacketFlags.None;
            isWhole =
                beginsKeyFrame && (packet.Flags & MeshPacketFlags.Marker) != MeshPacketFlags.None;
            isFirst = false;
            sink.HandlePacket(layer, packet, rtp);
        }

        if (isGap && !isWhole)
        {
            sink.WantKeyFrame(layer);
        }
    }

    /// <summary>Whether a frame goes on from those before, after the change of publisher that it may bring.</summary>
    [HotPath]
    private bool TryPlace<TSink>(
        in MeshFrameReader frame,
        NtpTimestamp wallNow,
        ref TSink sink,
        out bool isGap,
        Instant now
    )
        where TSink : struct, IFeedSink
    {
        var header = frame.Header;
        ref var dropped = ref _dropped[header.Layer];
        var lateness = _transit.Measure(header.SentAt, wallNow, now);
        var verdict = _order.Judge(header, lateness, out var isNewSource);
        if (isNewSource && !TryBegin(frame, ref sink))
        {
            // What its packets are is not known: the next key frame says so.
            _order.Forget();
            verdict = FeedVerdict.TooLate;
        }

        if (verdict == FeedVerdict.TooLate)
        {
            dropped = Math.Max(dropped, header.Number);
            sink.WantKeyFrame(Math.Min(header.Layer, sink.LayerCount - 1));
        }

        var isOutOfTheCache = header.Number == 0;
        isGap = verdict == FeedVerdict.TakeAfterGap || (dropped != 0 && !isOutOfTheCache);
        if (verdict is not (FeedVerdict.Take or FeedVerdict.TakeAfterGap))
        {
            return false;
        }

        if (!isOutOfTheCache || header.After >= dropped)
        {
            dropped = 0;
        }

        return true;
    }

    private static bool TryBegin<TSink>(in MeshFrameReader frame, ref TSink sink)
        where TSink : struct, IFeedSink =>
        !frame.Description.IsEmpty
        && MeshDescription.TryParse(frame.Description, out var description) == MeshParseError.None
        && sink.TryBegin(description!);
}
