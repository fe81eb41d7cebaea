using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Rewriting;
using Edge.Forwarding.Thinning;
using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <summary>One viewer's copy of one track: which layer it gets and how its headers are rewritten.</summary>
/// <remarks>
/// Self-contained: it can leave the <see cref="Track"/> of one shard and join the track's object on
/// another; sequence numbers, timestamps and picture ids go on. Threads: the shard of its track.
/// </remarks>
public sealed partial class Subscription
{
    /// <summary>Retransmissions per <see cref="RetransmissionWindow"/>. Chosen: four times the loss
    /// repair a 10 Mbit/s stream can need; keeps a viewer's small NACKs from becoming a flood.</summary>
    public const int RetransmissionsMax = 256;

    /// <summary>The time over which retransmissions are counted.</summary>
    public static readonly TimeSpan RetransmissionWindow = TimeSpan.FromMilliseconds(100);

    private readonly SequenceRewriter _sequences;
    private readonly TimestampRewriter _timestamps;
    private PictureIndexes _lastPictures;
    private Instant _retransmittingSince = Instant.Zero;
    private int _retransmissions;
    private long _lastPictureOut;
    private long _stretchFirstOut;
    private long _previousStretchFirstOut;
    private long _startedFirstOut;
    private long _leftOutUpTo;
    private uint? _leftTimestamp;
    private uint _timestampAtSwitch;
    private uint _keyFrameTimestamp;
    private uint _clockRate = 1;
    private bool _hasShortPictures;

    /// <summary>Makes one that has sent nothing.</summary>
    /// <param name="firstSequence">Its first sequence number; draw it at random below 2^15, so that the
    /// receiver's guess of the rollover counter cannot fail (RFC 3711 §3.3.1).</param>
    /// <param name="firstTimestamp">Its first timestamp, drawn at random (RFC 3550 §5.1).</param>
    public Subscription(SequenceNumber firstSequence, uint firstTimestamp)
    {
        _sequences = new(firstSequence);
        _timestamps = new(firstTimestamp);
    }

    /// <summary>The viewer it belongs to; for the caller's use only.</summary>
    public object? Owner { get; set; }

    /// <summary>Whether the viewer can be sent telephone events; else their numbers are filled.</summary>
    public bool TakesTelephoneEvents { get; set; }

    /// <summary>Whether new packets are left out for now, so that the viewer sees a silence: numbers go on
    /// without a gap, timestamps as time does. What was on its way before still fills its number.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Where it stands.</summary>
    public SubscriptionState State { get; internal set; }

    /// <summary>The layer being sent, or -1.</summary>
    public int CurrentLayer { get; internal set; } = -1;

    /// <summary>The layer wanted, or -1; it becomes current at its next key frame.</summary>
    public int TargetLayer { get; internal set; } = -1;

    /// <summary>The layer it would have if all lived, or -1. A publisher that sends only what is wanted has to hear of
    /// it, else it would never live.</summary>
    public int WishedLayer { get; internal set; } = -1;

    /// <summary>The layer chosen by hand, or empty for the best live one.</summary>
    public Rid PreferredRid { get; internal set; }

    /// <summary>What takes the place of the layer chosen by hand while that is not there.</summary>
    public LayerFallback Fallback { get; internal set; }

    /// <summary>Whether the layer wanted is only the best one, and the server may step down under congestion to
    /// those behind it in alphabetical order.</summary>
    public bool MayStepDown { get; internal set; }

    /// <summary>The layer that its viewer's network was found to have room for, or -1 while nobody said.</summary>
    public int AllocatedLayer { get; internal set; } = -1;

    /// <summary>A better layer that is not sent by the publisher and would have room, or -1.</summary>
    public int DormantLayer { get; internal set; } = -1;

    /// <summary>Whether it is sent nothing because its viewer's network has no room for it.</summary>
    public bool IsStarved { get; internal set; }

    /// <summary>Whether it is sent nothing because its viewer wishes so.</summary>
    public bool IsPaused { get; internal set; }

    /// <summary>The track it is attached to; null while detached.</summary>
    public Track? Track { get; internal set; }

    /// <summary>Packets sent for the first time.</summary>
    public long PacketsSent { get; private set; }

    /// <summary>Key frames begun to be sent; one sent again after a restart from the cache counts again.</summary>
    public long KeyFramesSent { get; private set; }

    /// <summary>Its place in its track's list, or -1 while detached.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>The publisher it last followed.</summary>
    internal ushort Epoch { get; set; }

    /// <summary>The next cached packet to send while catching up.</summary>
    internal long Cursor { get; set; }

    /// <summary>Cached packets sent per step while catching up.</summary>
    internal int BurstPackets { get; set; }

    /// <summary>Since when a start is awaited.</summary>
    internal Instant WaitingSince { get; set; }

    /// <summary>When it last began at a key frame.</summary>
    internal Instant StartedAt { get; set; }

    /// <summary>The key frame it last began again from at its viewer's wish; negative when its last start
    /// was another.</summary>
    internal long RestartedFrom { get; set; } = -1;

    /// <summary>Whether its viewer lost the picture and should begin again from the cache.</summary>
    internal bool IsRestartWanted { get; set; }

    /// <summary>Whether packets for it were thrown away because they waited too long: what would have to be sent of a
    /// cached key frame's successors would wait as well.</summary>
    internal bool IsBacklogged { get; set; }

    /// <summary>The newest number when packets were thrown away; -1 before. What its viewer misses up to it, it needs no
    /// more, and sent again it would make the key frame behind it wait until that is thrown away as well.</summary>
    internal long ThrownUpTo { get; set; } = -1;

    /// <summary>Whether its publisher counts pictures in 7 bits: each object of its track puts them on a longer circle of its
    /// own.</summary>
    internal bool HasShortPictures => _hasShortPictures;

    /// <summary>Whether it is to be sent nothing.</summary>
    internal bool IsSilenced => IsPaused || IsStarved;

    /// <summary>The number of the newest packet sent; meaningful once something was.</summary>
    internal long HighestSent => _sequences.HighestSent;

    /// <summary>The number after the last one mapped of the current run.</summary>
    internal long NextIn => _sequences.IsStarted ? _sequences.Current.LastIn + 1 : 0;

    /// <summary>Chooses a layer by hand while detached; else <see cref="Track.SetPreferredRid"/> does.</summary>
    public void Prefer(Rid rid, LayerFallback fallback, bool mayStepDown = false)
    {
        PreferredRid = rid;
        Fallback = fallback;
        MayStepDown = mayStepDown;
    }

    /// <summary>Sends nothing from its next track on, or something again, while detached; else
    /// <see cref="Track.SetPaused"/> does.</summary>
    public void Pause(bool isPaused) => IsPaused = isPaused;

    /// <summary>Goes over to another track while detached: numbers and timestamps go on, what was sent of
    /// the former track cannot be sent again, and a start of the new one is awaited.</summary>
    public void LeaveTrack(Instant now)
    {
        IsUprooted = false;
        _sequences.Forget();
        HandleLostSource(now);
        RestartedFrom = -1;
        AllocatedLayer = -1;
        DormantLayer = -1;
        IsStarved = false;
    }

    /// <summary>The publisher or the place in its packets was lost: a start is awaited.</summary>
    internal void HandleLostSource(Instant now)
    {
        State = SubscriptionState.Waiting;
        CurrentLayer = -1;
        TargetLayer = -1;
        WishedLayer = -1;
        WaitingSince = now;
        IsRestartWanted = false;
    }

    /// <summary>Whether a packet that waited comes before the key frame that its viewer goes on with, and nobody needs its
    /// content: it waited too long, or what it refers to was left out. A picture that was begun is sent whole.</summary>
    [HotPath]
    internal bool IsOvertaken(in ForwardedPacket packet, bool isLate)
    {
        if (packet.ExtendedSequence >= _startedFirstOut || packet.IsRetransmission)
        {
            return false;
        }

        if (packet.ExtendedSequence < _leftOutUpTo)
        {
            return true;
        }

        if (!isLate || packet.Timestamp == _leftTimestamp)
        {
            return false;
        }

        _leftOutUpTo = _startedFirstOut;
        return true;
    }

    /// <summary>A packet leaves with its content.</summary>
    [HotPath]
    internal void HandleLeft(in ForwardedPacket packet)
    {
        if (!packet.IsRetransmission)
        {
            _leftTimestamp = packet.Timestamp;
        }
    }

    /// <summary>Begins a run at a packet; false when another key frame is wanted first.</summary>
    internal bool TryBegin(PacketView first, in TimestampStart start, Instant now)
    {
        if (!_timestamps.TryStart(start, now, out var map))
        {
            return false;
        }

        _clockRate = start.ClockRate;
        ref readonly var entry = ref first.Entry;
        ref readonly var packet = ref entry.Packet;
        var hasDescriptors = first.Facts.Has(FrameFlags.Structure);
        BeginStretch(
            new RewriteRun
            {
                FirstIn = packet.ExtendedSequence,
                Layer = packet.Layer,
                Epoch = packet.SourceEpoch,
                Timestamps = map,
                Pictures =
                    _lastPictureOut > 0 && entry.Vp8.HasPictureId
                        ? PictureIndexes.OffsetsAfter(_lastPictures, entry.Vp8, entry.PictureId)
                        : default,
                HasDescriptors = hasDescriptors,
                FrameOffset = hasDescriptors ? FrameOffsetOf(first.Facts) : (ushort)0,
            }
        );
        _thinner?.Restart();
        _startedFirstOut = _stretchFirstOut;
        IsBacklogged = false;
        CurrentLayer = packet.Layer;
        Epoch = packet.SourceEpoch;
        return true;
    }

    /// <summary>The same layer goes on with other timestamps: its publisher's clock jumped.</summary>
    internal void Rebase(in CachedPacket first, in TimestampStart start, Instant now)
    {
        if (
            _timestamps.TryStart(start, now, out var map)
            || _timestamps.TryStart(start, now, out map)
        )
        {
            BeginStretch(
                _sequences.Current with
                {
                    FirstIn = first.Packet.ExtendedSequence,
                    Timestamps = map,
                }
            );
            _thinner?.HandleClockJump();
        }
    }

    /// <summary>Rewrites a packet of the track and sends it, if it has a place and was not sent yet.</summary>
    /// <param name="view">The packet.</param>
    /// <param name="isGap">Whether it may only fill a gap of what was sent before.</param>
    /// <param name="sink">Where to send it.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    internal bool TrySend<TSink>(PacketView view, bool isGap, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        ref readonly var entry = ref view.Entry;
        ref readonly var packet = ref entry.Packet;
        if (
            (IsHeldBack || IsPaused)
            && _sequences.TrySkip(packet.Layer, packet.SourceEpoch, packet.ExtendedSequence)
        )
        {
            return false;
        }

        var isMapped = _thinner is null
            ? TryMap(packet, isGap, out var extendedOut, out var run)
            : TryMapThinned(view, isGap, out extendedOut, out run);
        if (!isMapped || !_sequences.TryMark(extendedOut, packet.Marker || HasMarker(extendedOut)))
        {
            return false;
        }

        var forwarded = Rewrite(view, run, extendedOut, isRetransmission: false);
        if (
            packet.IsPaddingOnly
            || IsUnwanted(packet)
            || IsFilled(extendedOut)
            || IsSuperseded(forwarded)
        )
        {
            PacketsSent++;
            sink.Send(this, forwarded.AsFiller());
            return true;
        }

        if (!packet.IsTelephoneEvent)
        {
            _timestamps.HandleSent(packet.Timestamp, forwarded.Timestamp, packet.ArrivedAt, now);
        }

        if (entry.Vp8.HasPictureId && extendedOut > _lastPictureOut)
        {
            _lastPictures = PicturesOf(entry, run, extendedOut);
            _lastPictureOut = extendedOut;
            _hasShortPictures = !entry.Vp8.HasLongPictureId;
        }

        if (run.HasDescriptors)
        {
            NoteFrame(view.Facts, run);
        }

        PacketsSent++;
        CountKeyFrame(packet, forwarded.Timestamp);
        sink.Send(this, forwarded);
        return true;
    }

    /// <summary>Finds the received packet behind an outgoing number, within the budget.</summary>
    [HotPath]
    internal bool TryFindSent(
        SequenceNumber lost,
        out long extendedIn,
        out RewriteRun run,
        out long extendedOut,
        Instant now
    )
    {
        if (now - _retransmittingSince >= RetransmissionWindow)
        {
            _retransmittingSince = now;
            _retransmissions = 0;
        }

        // A number that was reserved but never used has nothing to repeat.
        return _sequences.TryReverse(lost, out extendedOut, out extendedIn, out run)
            && _sequences.WasSent(extendedOut)
            && _retransmissions < RetransmissionsMax;
    }

    /// <summary>Sends a packet again.</summary>
    [HotPath]
    internal void Resend<TSink>(
        PacketView view,
        in RewriteRun run,
        long extendedOut,
        ref TSink sink
    )
        where TSink : struct, IForwardSink
    {
        _retransmissions++;
        var forwarded = Rewrite(view, run, extendedOut, isRetransmission: true);
        var isFilled = IsUnwanted(view.Entry.Packet) || IsFilled(extendedOut);
        sink.Send(this, isFilled ? forwarded.AsFiller() : forwarded);
    }

    private bool IsUnwanted(in TrackPacket packet) =>
        packet.IsTelephoneEvent && !TakesTelephoneEvents;

    private bool TryMap(in TrackPacket packet, bool isGap, out long extendedOut, out RewriteRun run)
    {
        var layer = packet.Layer;
        var epoch = packet.SourceEpoch;
        var number = packet.ExtendedSequence;
        return isGap ? _sequences.TryMapReserved(layer, epoch, number, out extendedOut, out run)
            : packet.IsPaddingOnly
                ? _sequences.TryDrop(layer, epoch, number, out extendedOut, out run)
            : _sequences.TryMap(layer, epoch, number, out extendedOut, out run);
    }

    private void BeginStretch(in RewriteRun run)
    {
        _sequences.Begin(run);
        _previousStretchFirstOut = _stretchFirstOut;
        _stretchFirstOut = _sequences.Current.FirstOut;
        _timestampAtSwitch = _timestamps.LastOut;
    }

    /// <summary>Parameter sets and slices of one key frame share a timestamp.</summary>
    private void CountKeyFrame(in TrackPacket packet, uint timestamp)
    {
        if (packet.IsKeyFrameStart && (KeyFramesSent == 0 || timestamp != _keyFrameTimestamp))
        {
            KeyFramesSent++;
            _keyFrameTimestamp = timestamp;
        }
    }

    /// <summary>A late packet of a picture that was not begun before the switch away from its layer
    /// would come between pictures that follow each other: only its number is filled.</summary>
    private bool IsSuperseded(in ForwardedPacket packet) =>
        packet.ExtendedSequence < _previousStretchFirstOut
        || (
            packet.ExtendedSequence < _stretchFirstOut
            && unchecked((int)(packet.Timestamp - _timestampAtSwitch)) > 0
        );

    /// <summary>Sender reports tie timestamps to capture by one line, that of the live packets; a burst's
    /// shrunk timestamps lie on it later than they were captured.</summary>
    private NtpTimestamp CaptureTime(in TrackPacket packet, TimestampMap timestamps)
    {
        var shrunk = timestamps.ShrunkBy(packet.Timestamp);
        return shrunk == 0 || packet.CaptureTime.Value == 0
            ? packet.CaptureTime
            : packet.CaptureTime + new TimeSpan(shrunk * TimeSpan.TicksPerSecond / _clockRate);
    }

    private ForwardedPacket Rewrite(
        PacketView view,
        in RewriteRun run,
        long extendedOut,
        bool isRetransmission
    )
    {
        ref readonly var entry = ref view.Entry;
        var prefix = default(PayloadPrefix);
        var prefixLength = 0;
        var replaced = 0;
        if (entry.Vp8.HasPictureId || entry.Vp8.HasTl0PictureIndex || entry.Vp8.HasKeyIndex)
        {
            var sent = PicturesOf(entry, run, extendedOut);
            prefixLength = entry.Vp8.WriteRewritten(
                prefix,
                sent.PictureId,
                sent.Tl0PictureIndex,
                sent.KeyIndex
            );
            replaced = entry.Vp8.Length;
        }

        return new ForwardedPacket(
            entry.Packet,
            extendedOut,
            run.Timestamps.Map(entry.Packet.Timestamp)
        )
        {
            IsRetransmission = isRetransmission,
            CaptureTime = CaptureTime(entry.Packet, run.Timestamps),
            Marker = entry.Packet.Marker || HasMarker(extendedOut),
            Descriptor = run.HasDescriptors ? Edit(view, run) : default,
            Prefix = prefix,
            PrefixLength = prefixLength,
            TailOffset = entry.Packet.PayloadOffset + replaced,
            TailLength = entry.Packet.PayloadLength - replaced,
        };
    }
}
