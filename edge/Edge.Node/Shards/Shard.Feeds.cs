using System.Diagnostics.CodeAnalysis;
using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Mesh.Feeds;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Rtp;

namespace Edge.Node.Shards;

/// <content>Tracks of other nodes: their frames come here as packets of publishers do.</content>
internal sealed partial class Shard
{
    /// <summary>Frames taken in a turn. Chosen: as many packets as some receive batches.</summary>
    private const int FrameTurnMax = 64;

    /// <summary>Bytes of frames that wait. Chosen: half a second of 250 Mbit/s, after which media is worthless.</summary>
    private const int FrameBytesMax = 16 * 1024 * 1024;

    /// <summary>How often the mesh's thread is told who sends a track while it believes another. Chosen: many times faster than
    /// anything is wanted of it, and no command a frame.</summary>
    private static readonly TimeSpan SenderToldEach = TimeSpan.FromMilliseconds(100);

    /// <summary>Gives the shard a copy of a frame. Threads: any.</summary>
    public void TryPostFrame(RemoteTrack track, ReadOnlySpan<byte> frame)
    {
        if (_frames.TryAdd(track, frame))
        {
            WakeIfAsleep();
        }
        else
        {
            CountDrop(ShardDrop.FramesFull);
        }
    }

    /// <summary>Takes frames of other nodes; true when more wait than a turn takes.</summary>
    [HotPath]
    private bool TakeFrames(Instant now)
    {
        var taken = 0;
        for (; taken < FrameTurnMax && _frames.TryTake(out var frame); taken++)
        {
            TryHandle(frame, now);
            RentedInbox<RemoteTrack>.Return(frame);
        }

        return taken == FrameTurnMax;
    }

    [HotPath]
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-track boundary: an error of ours costs one frame, not the node."
    )]
    private void TryHandle(in RentedBytes<RemoteTrack> inbound, Instant now)
    {
        try
        {
            Handle(inbound.About, inbound.Buffer.AsSpan(0, inbound.Length), now);
        }
        catch (Exception error)
        {
            _stats.Faults++;
            LogFrameFault(_logger, error);
        }
    }

    [HotPath]
    private void Handle(RemoteTrack feed, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (feed.IsOver)
        {
            return;
        }

        var sink = new FeedSink(this, feed, now);
        // By the monotonic clock: a step of the wall clock would make all that comes too late for a while.
        var wallNow = _node.Clock.Anchor.ToNtp(now);
        feed.HeardAt = now;
        switch (feed.Intake.Handle(bytes, wallNow, ref sink, now))
        {
            case FeedOutcome.Taken:
                TouchFeed(feed);
                break;
            case FeedOutcome.Malformed:
                Drop(ShardDrop.FrameMalformed);
                break;
            case FeedOutcome.Dropped:
                Drop(ShardDrop.FrameOld);
                break;
            case FeedOutcome.Ended:
                EndFeed(feed);
                break;
            default:
                break;
        }
    }

    /// <summary>Another publisher sends the track from now on, or the first one; false when its packets are not
    /// what viewers are sent.</summary>
    private bool TryBeginSource(
        RemoteTrack feed,
        MeshDescription description,
        SourceName name,
        Instant now
    )
    {
        if (
            TrackWording.Understand(description) is not { } format
            || !CodecContinuity.Continues(feed.Stream.Codec, format.Codec)
        )
        {
            return false;
        }

        var stream = feed.Stream;
        var source = new TrackSource(stream, stream.NextEpoch(), feed, 0, format) { Name = name };
        if (!stream.TryReplaceSource(feed.Inlet.Source, source))
        {
            // Its publisher has come to this node, or another one has taken its place.
            return false;
        }

        feed.Inlet = new TrackInlet(source);
        feed.Words = new TrackInlet.LayerWord[source.Rids.Length];
        if (stream.Replica(Index) is { } replica)
        {
            _ = replica.TryFollow(source, now);
            _replicas.Touch(replica.Slot);
        }

        return true;
    }

    [HotPath]
    private void HandleState(
        RemoteTrack feed,
        int layer,
        in MeshTrackState state,
        ReadOnlySpan<MeshLayerState> layers,
        Instant now
    )
    {
        if (state.Owner is { } owner)
        {
            NoteSender(feed, new NodeAddress(owner.Pop, owner.Node), now);
        }

        if (state.Report is { } report)
        {
            HandleReport(
                feed.Inlet,
                layer,
                new TrackInlet.LayerReport(report.Ntp, report.RtpTimestamp)
            );
        }

        for (var index = 0; index < layers.Length; index++)
        {
            var word = TrackWording.Word(layers[index]);
            if (word != feed.Words[index])
            {
                var words = (TrackInlet.LayerWord[])feed.Words.Clone();
                words[index] = word;
                feed.Words = words;
            }

            PassOnWord(feed, index, now);
        }

        if (state.End == MeshTrackEnd.Source && feed.Stream.Replica(Index) is { } replica)
        {
            replica.End(feed.Inlet.Source, now);
            _replicas.Touch(replica.Slot);
        }
    }

    /// <summary>A frame says who sends the track: what is wanted goes there, whatever else was believed. What a former owner sent
    /// before may still come.</summary>
    [HotPath]
    private void NoteSender(RemoteTrack feed, NodeAddress owner, Instant now)
    {
        var known = feed.Sender;
        if (owner == known.Former && now - known.Since <= MeshTimes.DemandAge)
        {
            return;
        }

        if (owner != known.Owner)
        {
            feed.Sender = (owner, known.Owner, now);
            TellSender(feed, owner, now);
        }
        else if (owner != feed.Key.Owner && now - feed.SenderToldAt >= SenderToldEach)
        {
            TellSender(feed, owner, now);
        }
    }

    private void TellSender(RemoteTrack feed, NodeAddress owner, Instant now)
    {
        feed.SenderToldAt = now;
        _node.Engine?.Post(new MeshCommand.HandOver(feed, owner));
    }

    /// <summary>Tells viewers how a layer is, if that is news.</summary>
    [HotPath]
    private void PassOnWord(RemoteTrack feed, int layer, Instant now)
    {
        var word = feed.Effective(layer, feed.Words[layer]);
        if (word != feed.Inlet.Word(layer))
        {
            HandleWord(feed.Inlet, layer, word, now);
        }
    }

    /// <summary>The way from a track's owner has room for some of its layers only.</summary>
    private void LeaveOut(RemoteTrack feed, uint layers, Instant now)
    {
        feed.LeftOutLayers = layers;
        for (var layer = 0; layer < feed.Words.Length; layer++)
        {
            PassOnWord(feed, layer, now);
        }
    }

    /// <summary>Puts a packet of another node into a slot and passes it on.</summary>
    [HotPath]
    private void Fetch(
        RemoteTrack feed,
        byte layer,
        in MeshPacket packet,
        ReadOnlySpan<byte> rtp,
        Instant now
    )
    {
        if (RtpPacket.TryParse(rtp, out var parsed) != RtpParseError.None)
        {
            Drop(ShardDrop.FrameMalformed);
            return;
        }

        if (!_pools[Index].TryRent(out var handle))
        {
            HandleShortage(now);
            return;
        }

        rtp.CopyTo(_pools[Index].Slot(handle));
        var inlet = feed.Inlet;
        var isRedundant = parsed.PayloadType == inlet.Source.Codec.RedPayloadType;
        var forwarded = new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = packet.ExtendedSequence,
            ArrivedAt = now - packet.Age,
            CaptureTime = packet.CaptureTime,
            Timestamp = packet.RtpTimestamp,
            // The narrowing is safe: all of it is within a slot's 1664 bytes.
            PacketLength = unchecked((ushort)rtp.Length),
            HeaderLength = unchecked((ushort)parsed.HeaderLength),
            PayloadOffset = unchecked((ushort)parsed.HeaderLength),
            PayloadLength = unchecked((ushort)parsed.PayloadLength),
            SourceEpoch = inlet.Source.Epoch,
            Extensions = RtpExtensionIds.Of(rtp[..parsed.HeaderLength]),
            Layer = layer,
            Marker = (packet.Flags & MeshPacketFlags.Marker) != MeshPacketFlags.None,
            IsTelephoneEvent =
                (packet.Flags & MeshPacketFlags.TelephoneEvent) != MeshPacketFlags.None,
            IsRedundant = isRedundant,
            IsKeyFrameStart =
                (packet.Flags & MeshPacketFlags.KeyFrameStart) != MeshPacketFlags.None,
            TemporalLayer = packet.TemporalLayer,
        };
        _stats.MediaFetched++;
        if (forwarded.IsKeyFrameStart)
        {
            inlet.KeyFrames.HandleKeyFrame(layer, now);
        }

        Forward(inlet, forwarded, now);
        Release(handle);
    }

    /// <summary>Notes that a feed wants something asked of its owner.</summary>
    [HotPath]
    private void TouchFeed(RemoteTrack feed)
    {
        if (feed.Slot == TimedSlots<RemoteTrack>.NoSlot)
        {
            if (feed.IsOver || !_feeds.TryAdd(feed, out var slot))
            {
                return;
            }

            feed.Slot = slot;
        }

        _feeds.Touch(feed.Slot);
    }

    [HotPath]
    private void SettleFeeds(Instant now)
    {
        while (_feeds.TryTakeTouched(out var feed))
        {
            if (feed!.IsOver)
            {
                _feeds.Remove(feed.Slot);
                feed.Slot = TimedSlots<RemoteTrack>.NoSlot;
                continue;
            }

            var requests = feed.Inlet.KeyFrames;
            while (requests.TryTake(out var layer, now))
            {
                _node.Engine?.Post(new MeshCommand.WantKeyFrame(feed, layer));
            }

            _feeds.Arm(feed.Slot, Instant.Max(requests.PollTimeout(), now + TimerStep));
        }
    }

    /// <summary>The owner says that the track is gone.</summary>
    private void EndFeed(RemoteTrack feed)
    {
        if (feed.Of is { } stream)
        {
            // Another publisher may come: who plays waits for it.
            _node.StreamDesk?.HandleGone(stream);
        }
        else
        {
            _node.Engine?.End(feed);
            _node.Apply(feed.Retire());
        }

        TouchFeedOnce(feed);
    }

    private void TouchFeedOnce(RemoteTrack feed)
    {
        if (feed.Slot != TimedSlots<RemoteTrack>.NoSlot)
        {
            _feeds.Touch(feed.Slot);
        }
    }

    private void ForgetLayer(RemoteTrack feed, int layer)
    {
        feed.Intake.Restart(layer);
        if (!feed.IsOver)
        {
            feed.Stream.Replica(Index)?.Track.ForgetLayer(layer);
        }

        TouchFeedOnce(feed);
    }

    /// <summary>Tells a new replica of another node's track what its owner said of it.</summary>
    private void Introduce(TrackReplica replica, Instant now)
    {
        if (replica.Stream.Remote is not { } feed || replica.Stream.Source is not { } source)
        {
            return;
        }

        _ = replica.TryFollow(source, now);
        var words = feed.Words;
        for (var layer = 0; layer < Math.Min(words.Length, source.Rids.Length); layer++)
        {
            Believe(replica, layer, feed.Effective(layer, words[layer]), now);
        }
    }

    /// <summary>A track's publisher goes on at another place: what is here of it goes on as well.</summary>
    private void GoOn(StreamTrack track, Instant now)
    {
        if (track.Replica(Index) is not { } replica)
        {
            return;
        }

        if (track.Source is { } source)
        {
            _ = replica.TryFollow(source, now);
        }

        Introduce(replica, now);
        _replicas.Touch(replica.Slot);
        CloseIfIdle(replica);
    }

    /// <summary>Says which layers of a track this shard's viewers are sent or wait for.</summary>
    private void SayWanted(TrackReplica replica)
    {
        var isWatched = replica.IsWatched;
        replica.Stream.SetIsWatched(Index, isWatched);
        var isOneLayer = replica.Source is { Rids.Length: 1 };
        var wanted =
            !isWatched ? 0u
            // There is nothing to choose from, and what comes after a silence is wanted from its first packet.
            : isOneLayer ? 1u
            : replica.Track.WantedLayers;
        SayWanted(replica.Stream, wanted, replica.Ceiling);
    }

    private void SayWanted(StreamTrack track, uint layers, Bitrate ceiling)
    {
        if (!(track.Want(Index, layers) | track.SetCeiling(Index, ceiling)))
        {
            return;
        }

        if (track.Remote is { } feed)
        {
            _node.Engine?.Post(new MeshCommand.LookAtWanted(feed));
        }
        else if (track.Named is { } named)
        {
            _node.Callers?.HandleWanted(named);
        }
    }

    /// <summary>Passes on what frames bring.</summary>
    private readonly struct FeedSink(Shard shard, RemoteTrack feed, Instant now) : IFeedSink
    {
        /// <inheritdoc/>
        public int LayerCount => feed.Inlet.Source.Rids.Length;

        /// <inheritdoc/>
        public bool TryBegin(MeshDescription description, SourceName name) =>
            shard.TryBeginSource(feed, description, name, now);

        /// <inheritdoc/>
        public void HandleState(
            int layer,
            in MeshTrackState state,
            ReadOnlySpan<MeshLayerState> layers
        ) => shard.HandleState(feed, layer, state, layers, now);

        /// <inheritdoc/>
        public void HandlePacket(byte layer, in MeshPacket packet, ReadOnlySpan<byte> rtp) =>
            shard.Fetch(feed, layer, packet, rtp, now);

        /// <inheritdoc/>
        public void WantKeyFrame(int layer)
        {
            feed.Inlet.KeyFrames.Request(layer, now);
            shard.TouchFeed(feed);
        }
    }
}
