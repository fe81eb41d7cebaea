using Edge.Mesh.Paths;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Feeds;

/// <summary>Reads the frames of another node's track: what is new in them, in order, in time.</summary>
/// <remarks>Sans-IO. Threads: one owner.</remarks>
public sealed class FeedIntake
{
    /// <summary>How long the last frames of a node may come after the first of the one that goes on for it. Chosen: they are
    /// on their way already, by another connection; a picture that misses them for longer needs a key frame.</summary>
    private static readonly TimeSpan LastFramesMax = TimeSpan.FromMilliseconds(100);

    private readonly FeedOrder _order = new();
    private readonly TransitClock _transit = new();
    private readonly ulong[] _dropped = new ulong[FeedOrder.LayersMax];
    private readonly MeshOwner?[] _senders = new MeshOwner?[FeedOrder.LayersMax];
    private MeshOwner? _sender;
    private readonly Instant[] _awaitedUntil = new Instant[FeedOrder.LayersMax];
    private PathMeter? _path;

    /// <summary>Makes one of which nothing came yet.</summary>
    public FeedIntake() => _awaitedUntil.AsSpan().Fill(Instant.Never);

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
        if (Path is { } path)
        {
            path.Note(bytes.Length, wallNow - frame.Header.SentAt, isReplay);
            path.Peer.NoteIn(bytes.Length, frame.PacketCount);
        }

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

        var isOtherSender = NoteSender(frame.Header, state.Owner);
        if (!TryPlace(frame, wallNow, ref sink, out var place, now))
        {
            return FeedOutcome.Dropped;
        }

        var layer = frame.Header.Layer;
        if (layer >= sink.LayerCount)
        {
            return FeedOutcome.Taken;
        }

        if (place != FramePlace.Late)
        {
            // What a late one says was said by later ones.
            sink.HandleState(layer, state, layers[..Math.Min(layerCount, sink.LayerCount)]);
        }

        var isWhole = TakePackets(frame, ref sink);
        if (NeedsKeyFrame(layer, place, isOtherSender, now) && !isWhole)
        {
            sink.WantKeyFrame(layer);
        }

        return FeedOutcome.Taken;
    }

    /// <summary>Says of whom the first frame will be, so that it begins nothing: the source is known already.</summary>
    /// <param name="name">Which publisher.</param>
    /// <param name="numbers">The number of each layer's last frame; empty when it is not known.</param>
    public void Begin(SourceName name, ReadOnlySpan<ulong> numbers) => _order.Begin(name, numbers);

    /// <summary>A layer is taken anew: what was missed of it meanwhile is no gap.</summary>
    public void Restart(int layer) => _order.Restart(layer);

    /// <summary>Passes packets on; whether they are a whole key frame, which heals what is missing before. Part of one may
    /// miss its rest, which can be what is missing when its first packet came late.</summary>
    [HotPath]
    private static bool TakePackets<TSink>(MeshFrameReader frame, ref TSink sink)
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

        return isWhole;
    }

    /// <summary>Whether something is missing that does not come any more. The first frame of a node that goes on for another
    /// may overtake the last ones of that.</summary>
    [HotPath]
    private bool NeedsKeyFrame(byte layer, FramePlace place, bool isOtherSender, Instant now)
    {
        ref var awaitedUntil = ref _awaitedUntil[layer];
        if (isOtherSender && place == FramePlace.AfterGap)
        {
            awaitedUntil = now + LastFramesMax;
            return false;
        }

        var isAwaited = awaitedUntil.IsSet && _order.IsAnyMissing(layer);
        var isOverdue = isAwaited && now >= awaitedUntil;
        awaitedUntil = isAwaited && !isOverdue ? awaitedUntil : Instant.Never;
        return isOverdue || place == FramePlace.AfterGap;
    }

    /// <summary>Notes who sends a layer; whether that is another node than before. Its clock goes on where the other one's was
    /// when it wrote its letter: by the letter's time all that it sends seems late, and would be dropped.</summary>
    [HotPath]
    private bool NoteSender(in MeshFrameHeader header, MeshOwner? owner)
    {
        ref var sender = ref _senders[header.Layer];
        if (header.Number == 0 || owner is null || owner == sender || _order.IsBehind(header))
        {
            return false;
        }

        sender = owner;
        if (owner != _sender)
        {
            _sender = owner;
            _transit.Restart();
        }

        return true;
    }

    /// <summary>How much later than the quickest a frame came. The last ones of a former node are not what those of its heir are
    /// compared with.</summary>
    [HotPath]
    private TimeSpan Lateness(in MeshFrameHeader header, NtpTimestamp wallNow, Instant now)
    {
        var isFormer =
            (_senders[header.Layer] is { } sender && sender != _sender) || _order.IsBehind(header);
        return isFormer
            ? _transit.Compare(header.SentAt, wallNow)
            : _transit.Measure(header.SentAt, wallNow, now);
    }

    /// <summary>Whether a frame goes on from those before, after the change of publisher that it may bring.</summary>
    [HotPath]
    private bool TryPlace<TSink>(
        in MeshFrameReader frame,
        NtpTimestamp wallNow,
        ref TSink sink,
        out FramePlace place,
        Instant now
    )
        where TSink : struct, IFeedSink
    {
        var header = frame.Header;
        ref var dropped = ref _dropped[header.Layer];
        var lateness = Lateness(header, wallNow, now);
        var verdict = _order.Judge(header, lateness, out var isNewSource);
        Count(verdict);
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

        place = verdict == FeedVerdict.TakeLate ? FramePlace.Late : FramePlace.Next;
        if (verdict is not (FeedVerdict.Take or FeedVerdict.TakeAfterGap))
        {
            return verdict == FeedVerdict.TakeLate;
        }

        var isOutOfTheCache = header.Number == 0;
        if (verdict == FeedVerdict.TakeAfterGap || (dropped != 0 && !isOutOfTheCache))
        {
            place = FramePlace.AfterGap;
        }

        if (!isOutOfTheCache || header.After >= dropped)
        {
            dropped = 0;
        }

        return true;
    }

    /// <summary>Counts what its PoP lost, and what healed that.</summary>
    [HotPath]
    private void Count(FeedVerdict verdict)
    {
        if (Path is not { } path)
        {
            return;
        }

        if (_order.Missed > 0)
        {
            path.Peer.NoteLost(_order.Missed);
        }

        if (verdict == FeedVerdict.TakeLate)
        {
            path.Peer.NoteRepaired();
        }
        else if (verdict == FeedVerdict.TooLate)
        {
            path.Peer.NoteTooLate();
        }
    }

    private static bool TryBegin<TSink>(in MeshFrameReader frame, ref TSink sink)
        where TSink : struct, IFeedSink =>
        !frame.Description.IsEmpty
        && MeshDescription.TryParse(frame.Description, out var description) == MeshParseError.None
        && sink.TryBegin(description!, new SourceName(frame.Header.Generation, frame.Header.Epoch));

    /// <summary>Where a frame that is taken is among those of its layer.</summary>
    private enum FramePlace : byte
    {
        /// <summary>It goes on where the last one ended.</summary>
        Next,

        /// <summary>Something before it is missing.</summary>
        AfterGap,

        /// <summary>Later ones came before it.</summary>
        Late,
    }
}
