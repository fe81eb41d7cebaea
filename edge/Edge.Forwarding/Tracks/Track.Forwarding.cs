using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Rewriting;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <content>The packet path: in, to every subscription, and again for NACKs.</content>
public sealed partial class Track
{
    /// <summary>Difference between timestamp and arrival that counts as a jump of the publisher's
    /// clock, in seconds. Chosen: no jitter is that large, and players give up at 10.</summary>
    private const int ClockJumpSeconds = 5;

    /// <summary>Takes a received packet and sends it to every subscription that wants it: at once, or with the rest of
    /// its picture (<see cref="TrackOptions.PictureWait"/>).</summary>
    [HotPath]
    public void Forward<TSink>(in TrackPacket packet, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        if (!TryGather(packet, ref sink, now))
        {
            ForwardAlone(packet, ref sink, now);
        }
    }

    /// <summary>Answers one lost number of a viewer's NACK from the cache; false when it cannot be. A
    /// number that upstream lost is answered by itself when upstream's repair comes.</summary>
    [HotPath]
    public bool HandleNack<TSink>(
        Subscription subscription,
        SequenceNumber lost,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        if (!TryFindCached(subscription, lost, out var at, out var run, out var sent, now))
        {
            _stats.RetransmissionsMissed++;
            return false;
        }

        subscription.Resend(_layers[run.Layer]!.Cache.View(at), run, sent, ref sink);
        _stats.Retransmissions++;
        _stats.PacketsOut++;
        return true;
    }

    /// <summary>Finds the packet that was sent under a number, while it is kept.</summary>
    private bool TryFindCached(
        Subscription subscription,
        SequenceNumber number,
        out long extendedIn,
        out RewriteRun run,
        out long extendedOut,
        Instant now
    )
    {
        return subscription.TryFindSent(number, out extendedIn, out run, out extendedOut, now)
            && extendedOut > subscription.ThrownUpTo
            && run.Epoch == SourceEpoch
            && run.Layer < _selector.Count
            && _layers[run.Layer]!.Cache.Contains(extendedIn)
            && !_layers[run.Layer]!.Cache[extendedIn].Packet.IsPaddingOnly;
    }

    /// <summary>A packet of a newer publisher may come before <see cref="StartSource"/> does.</summary>
    private bool TryFollowSource(in TrackPacket packet, Instant now)
    {
        if (packet.Layer >= LayersMax)
        {
            return false;
        }

        var steps = unchecked((short)(packet.SourceEpoch - SourceEpoch));
        if (_hasSource && steps == 0)
        {
            return packet.Layer < _selector.Count;
        }

        if ((_hasSource || _hasEnded) && steps <= 0)
        {
            return false;
        }

        BeginSource(packet.SourceEpoch, Math.Max(packet.Layer + 1, _selector.Count), now);
        return true;
    }

    private void ForwardAlone<TSink>(in TrackPacket packet, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        if (TryAdmit(packet, out var admission, now))
        {
            OfferToAll(admission, ref sink, now);
            TrimCache(_layers[packet.Layer]!.Cache, now);
        }
    }

    /// <summary>Takes a packet into the cache and notes all that it says; false when it is of no use.</summary>
    private bool TryAdmit(in TrackPacket packet, out Admission admission, Instant now)
    {
        admission = default;
        _stats.PacketsIn++;
        if (!TryFollowSource(packet, now))
        {
            _stats.Stale++;
            return false;
        }

        var layer = _layers[packet.Layer]!;
        var isClockJump = IsClockJump(packet, layer);
        if (
            packet.ExtendedSequence < layer.FirstAfterJump
            || (isClockJump && packet.ExtendedSequence < layer.Cache.Highest)
        )
        {
            // From the other side of a jump: no map fits it any more.
            _stats.Stale++;
            return false;
        }

        ReadEntry(packet, layer, out var entry);
        var insertion = layer.Cache.Add(entry, now);
        if (insertion is CacheInsertion.Duplicate or CacheInsertion.TooOld)
        {
            CountRefused(insertion);
            return false;
        }

        var facts = FrameFacts.None;
        if (_keepsFacts)
        {
            ReadFacts(packet, layer, out facts);
        }

        if (isClockJump)
        {
            HandleClockJump(packet, layer, now);
        }

        var beginsPicture = insertion == CacheInsertion.Newest && NoteNewest(packet, layer);
        NoteBlindness(packet, facts, layer);
        var hasChanged = HandleArrival(packet, beginsPicture, now);
        CountLayers(facts, entry, layer, now);
        admission = new Admission(
            packet.ExtendedSequence,
            packet.Layer,
            IsStart: IsVideo
                ? (packet.IsKeyFrameStart && packet.ExtendedSequence == layer.Cache.KeyFrameStart)
                    || (layer.IsBlind && beginsPicture)
                : !packet.IsTelephoneEvent,
            insertion == CacheInsertion.Late,
            hasChanged
        );
        return true;
    }

    /// <summary>Shows an admitted packet to every subscription.</summary>
    private void OfferToAll<TSink>(in Admission admission, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var view = _layers[admission.Layer]!.Cache.View(admission.Number);
        if (admission.HasChanged)
        {
            ChooseTargets(now);
            if (!IsReplayed(view.Entry.Packet, now))
            {
                StartWaiting(ref sink, now);
            }
        }

        for (var index = 0; index < SubscriptionCount; index++)
        {
            Offer(_subscriptions[index], view, admission, ref sink, now);
        }
    }

    /// <summary>Replayed packets are old; their bytes would look like a rate, and their pictures like many a second.</summary>
    private static bool IsReplayed(in TrackPacket packet, Instant now) =>
        now - packet.ArrivedAt > ReplayAge;

    private void ReadEntry(in TrackPacket packet, TrackLayer layer, out CachedPacket entry)
    {
        entry = default;
        entry.Packet = packet.IsPaddingOnly ? packet with { Handle = PacketHandle.None } : packet;
        if (Description.Codec != CodecKind.Vp8 || packet.IsPaddingOnly)
        {
            return;
        }

        var payload = _pools[packet.Handle.Pool]
            .Slot(packet.Handle)
            .Slice(packet.PayloadOffset, packet.PayloadLength);
        if (Vp8Descriptor.TryParse(payload, out entry.Vp8))
        {
            entry.PictureId = layer.Pictures.Expand(entry.Vp8);
        }
    }

    /// <summary>Notes that a packet came; true when other layers live than before, or their order changed.</summary>
    private bool HandleArrival(in TrackPacket packet, bool beginsPicture, Instant now)
    {
        var isReplayed = IsReplayed(packet, now);
        if (packet.IsKeyFrameStart)
        {
            if (!isReplayed || !_requester.WantsYounger(packet.ArrivedAt, packet.Layer))
            {
                _requester.HandleKeyFrame(packet.Layer, now);
            }

            _selector.HandleKeyFrame(packet.Layer, now);
            ReadSize(packet, _layers[packet.Layer]!, now);
        }

        var bytes = isReplayed ? 0 : packet.PacketLength;
        var hasChanged = _selector.HandlePacket(packet.Layer, bytes, now);
        return hasChanged | (beginsPicture && !isReplayed && _selector.HandlePicture(packet.Layer));
    }

    /// <summary>Whether the timestamp follows time: padding repeats a picture's, the packets of a
    /// telephone event that of its beginning.</summary>
    private static bool HasOwnTimestamp(in TrackPacket packet) =>
        !packet.IsPaddingOnly && !packet.IsTelephoneEvent;

    private bool IsClockJump(in TrackPacket packet, TrackLayer layer)
    {
        if (!layer.NewestAt.IsSet || !HasOwnTimestamp(packet))
        {
            return false;
        }

        long advance = unchecked((int)(packet.Timestamp - layer.NewestTimestamp));
        var elapsed =
            (packet.ArrivedAt - layer.NewestAt).Ticks
            / TimeSpan.TicksPerMillisecond
            * Description.ClockRate
            / 1000;
        return Math.Abs(advance - elapsed) > ClockJumpSeconds * Description.ClockRate;
    }

    /// <summary>Notes the newest packet; true when it is the first of its picture.</summary>
    private static bool NoteNewest(in TrackPacket packet, TrackLayer layer)
    {
        if (!HasOwnTimestamp(packet))
        {
            return false;
        }

        var isOther = !layer.NewestAt.IsSet || packet.Timestamp != layer.NewestTimestamp;
        layer.NewestAt = packet.ArrivedAt;
        layer.NewestTimestamp = packet.Timestamp;
        return isOther;
    }

    /// <summary>A publisher's timestamps that jump against time get another map in every subscription.</summary>
    private void HandleClockJump(in TrackPacket packet, TrackLayer layer, Instant now)
    {
        layer.Clock = default;
        layer.FirstAfterJump = packet.ExtendedSequence;
        if (!packet.IsKeyFrameStart)
        {
            layer.Cache.ForgetKeyFrame();
        }

        ref readonly var entry = ref layer.Cache[packet.ExtendedSequence];
        foreach (var subscription in Subscriptions)
        {
            if (subscription.CurrentLayer != packet.Layer)
            {
                continue;
            }

            if (subscription.State == SubscriptionState.Live)
            {
                subscription.Rebase(entry, LiveStart(subscription, packet), now);
            }
            else
            {
                LosePlace(subscription, now);
            }
        }
    }

    private void Offer<TSink>(
        Subscription subscription,
        PacketView view,
        in Admission admission,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        var (isStart, isLate) = (admission.IsStart, admission.IsLate);
        ref readonly var packet = ref view.Entry.Packet;
        if (subscription.CurrentLayer != packet.Layer)
        {
            if (
                isStart
                && subscription.TargetLayer == packet.Layer
                && subscription.State != SubscriptionState.Moved
            )
            {
                StartAt(subscription, packet, ref sink, now);
            }
            else if (isLate)
            {
                // It may fill a gap from before a switch.
                Send(subscription, view, isGap: true, ref sink, now);
            }

            return;
        }

        if (subscription.State == SubscriptionState.Moved)
        {
            if (!TryGoOn(subscription, packet, now))
            {
                Send(subscription, view, isGap: true, ref sink, now);
                return;
            }

            LookForTarget(subscription, now);
        }

        var isAhead =
            subscription.State == SubscriptionState.CatchingUp
            && packet.ExtendedSequence >= subscription.Cursor;
        if (!isAhead)
        {
            Send(subscription, view, isGap: false, ref sink, now);
        }
        else if (isLate)
        {
            // Its turn comes; until then it may fill a gap from before the viewer began again.
            Send(subscription, view, isGap: true, ref sink, now);
        }
        else if (
            packet.IsKeyFrameStart
            && isStart
            && packet.ExtendedSequence - subscription.Cursor > BurstMin
        )
        {
            // A new key frame is a shorter way to the live packets than the rest of the old one.
            Start(subscription, packet.Layer, packet.ExtendedSequence, ref sink, now);
        }
    }

    private void StartAt<TSink>(
        Subscription subscription,
        in TrackPacket packet,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        if (IsReplayed(packet, now))
        {
            // Another shard's cache is being replayed: pictures start when it is all here, sound with what is live.
            WaitUntil(now);
            return;
        }

        WishBlindly(packet.Layer, now);
        Start(subscription, packet.Layer, packet.ExtendedSequence, ref sink, now);
    }

    private void Send<TSink>(
        Subscription subscription,
        PacketView view,
        bool isGap,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        if (subscription.TrySend(view, isGap, ref sink, now))
        {
            _stats.PacketsOut++;
        }

        if (subscription.WantsKeyFrame)
        {
            WishForLayers(subscription, now);
        }
    }

    private void CountRefused(CacheInsertion insertion)
    {
        if (insertion == CacheInsertion.Duplicate)
        {
            _stats.Duplicates++;
        }
        else
        {
            _stats.Stale++;
        }
    }

    private void TrimCache(PacketCache cache, Instant now)
    {
        if (cache.HasKeyFrame)
        {
            var limit =
                _requester.Habit == KeyFrameHabit.Answers
                    ? _options.FreshKeyFrameAge
                    : _options.KeyFrameAgeMax;
            if (now - cache[cache.KeyFrameStart].Packet.ArrivedAt > limit)
            {
                cache.ForgetKeyFrame();
            }
        }

        cache.Trim(_options.HistoryAge, now);
    }

    /// <summary>What became of a packet that is in its layer's cache now.</summary>
    /// <param name="Number">Its extended sequence number.</param>
    /// <param name="Layer">Its layer.</param>
    /// <param name="IsStart">Whether subscriptions can begin with it.</param>
    /// <param name="IsLate">Whether a later one came before.</param>
    /// <param name="HasChanged">Whether it changed which layers live, or their order.</param>
    private readonly record struct Admission(
        long Number,
        byte Layer,
        bool IsStart,
        bool IsLate,
        bool HasChanged
    );
}
