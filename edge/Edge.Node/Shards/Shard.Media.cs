using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Edge.Forwarding.Tracks;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Sound;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Node.Shards;

/// <content>Media: from a publisher to the replicas of its track, and from a replica to its viewers.</content>
internal sealed partial class Shard
{
    /// <summary>What a shard with its first viewer of a track is shown of what came just before. Chosen: longer than a
    /// session is on its way between two shards.</summary>
    private static readonly TimeSpan MoveAge = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes a packet of a publisher of this shard.</summary>
    [HotPath]
    private void Ingest(Session session, in Arrival arrival, in ReceivedMedia media, Instant now)
    {
        if (
            (uint)media.Section >= (uint)session.Published.Length
            || session.Published[media.Section] is not { } published
        )
        {
            return;
        }

        if (
            published.TryBeginAnew(media.Layer, media.Epoch)
            && !TryReplaceSource(session, published)
        )
        {
            return;
        }

        var packet = Packet(arrival, media, published.Source.Epoch, now);
        _stats.MediaIn++;
        if ((session.Stages & SessionStages.FirstRtpIn) == SessionStages.None)
        {
            Note(session, SessionStages.FirstRtpIn, now);
        }

        if (packet.IsKeyFrameStart)
        {
            published.KeyFrameCount++;
            published.Inlet.KeyFrames.HandleKeyFrame(packet.Layer, now);
        }

        Forward(published.Inlet, packet, now);
    }

    /// <summary>Passes a packet on to wherever its track has viewers.</summary>
    [HotPath]
    private void Forward(TrackInlet inlet, in TrackPacket packet, Instant now)
    {
        var track = inlet.Source.Track;
        track.NoteMedia(now);
        if (
            track.IsRetired
            || !TryReplica(track, out var replica)
            || !replica.TryFollow(inlet.Source, now)
        )
        {
            return;
        }

        Hear(replica, packet, now);
        var sink = new ViewerSink(this, now);
        replica.Track.Forward(packet, ref sink, now);
        _replicas.Touch(replica.Slot);
        var others = track.ShardsWithViewers & ~(1UL << Index);
        if (others != 0)
        {
            SendAcross(inlet, replica, packet, others);
        }

        inlet.ServedShards = others;
        if (track.IsCarried(packet.Layer))
        {
            Carry(new CarriedPacket(inlet.Source, packet));
        }
    }

    /// <summary>Describes a received packet. One that came by retransmission is moved to the slot's
    /// start first, so that a slot always begins with its packet.</summary>
    [HotPath]
    private TrackPacket Packet(
        in Arrival arrival,
        in ReceivedMedia media,
        ushort sourceEpoch,
        Instant now
    )
    {
        var slot = _pools[arrival.Handle.Pool].Slot(arrival.Handle);
        if (media.Offset > 0)
        {
            slot.Slice(media.Offset, media.Length).CopyTo(slot);
        }

        // The narrowing is safe: all three are within a slot's 1664 bytes.
        return new TrackPacket
        {
            Handle = arrival.Handle,
            ExtendedSequence = media.ExtendedSequence,
            ArrivedAt = now,
            CaptureTime = media.CaptureTime,
            Timestamp = media.Timestamp,
            PacketLength = unchecked((ushort)media.Length),
            HeaderLength = unchecked((ushort)media.HeaderLength),
            PayloadOffset = unchecked((ushort)media.HeaderLength),
            PayloadLength = unchecked((ushort)media.PayloadLength),
            SourceEpoch = sourceEpoch,
            Extensions = RtpExtensionIds.Of(slot[..media.HeaderLength]),
            Layer = media.Layer,
            Marker = media.Marker,
            IsTelephoneEvent = media.IsTelephoneEvent,
            IsRedundant = media.IsRedundant,
            IsKeyFrameStart = media.Facts.IsKeyFrameStart,
            TemporalLayer = media.Facts.TemporalLayer,
        };
    }

    /// <summary>The publisher goes on under another SSRC: for viewers that is another source. False when a
    /// newer publisher has taken its place meanwhile.</summary>
    private static bool TryReplaceSource(Session session, PublishedTrack published)
    {
        var before = published.Source;
        var track = before.Track;
        if (!ReferenceEquals(track.Source, before))
        {
            return false;
        }

        var source = new TrackSource(
            track,
            track.NextEpoch(),
            session,
            before.Section,
            before.Format
        );
        if (!track.TryReplaceSource(before, source))
        {
            return false;
        }

        published.Inlet.Source = source;
        return true;
    }

    /// <summary>Passes a packet to the other shards with viewers; one that is new among them gets the
    /// cache first.</summary>
    [HotPath]
    private void SendAcross(
        TrackInlet inlet,
        TrackReplica replica,
        in TrackPacket packet,
        ulong others
    )
    {
        var fresh = others & ~inlet.ServedShards;
        _wroteTo |= others;
        while (others != 0)
        {
            var to = BitOperations.TrailingZeroCount(others);
            others &= others - 1;
            var link = _node.Mesh.Link(Index, to);
            var sink = new RingSink(this, link, inlet.Source);
            if ((fresh & (1UL << to)) != 0)
            {
                _ = replica.Track.ReplayCache(ref sink, MoveAge);
                SendWhatWasSaid(link, inlet);
            }

            // A packet that the cache held already is dropped there as a duplicate.
            _ = sink.Offer(packet);
        }
    }

    private void SendWhatWasSaid(ShardLink link, TrackInlet inlet)
    {
        for (var layer = 0; layer < inlet.Source.Rids.Length; layer++)
        {
            var report = inlet.Report(layer);
            if (report != default)
            {
                Signal(link, Report(inlet.Source, layer, report));
            }

            var word = inlet.Word(layer);
            if (word.Said != LayerSpeaker.Nobody)
            {
                Signal(link, Word(inlet.Source, layer, word));
            }
        }
    }

    /// <summary>Takes a packet of a publisher of another shard.</summary>
    [HotPath]
    private void HandleMedia(in MediaMessage message, Instant now)
    {
        var replica = message.Source.Track.Replica(Index);
        if (replica is not null && replica.TryFollow(message.Source, now))
        {
            Hear(replica, message.Packet, now);
            var sink = new ViewerSink(this, now);
            replica.Track.Forward(message.Packet, ref sink, now);
            _replicas.Touch(replica.Slot);
        }

        Release(message.Packet.Handle);
    }

    /// <summary>Sends one packet to one viewer, now or when its network can take it.</summary>
    [HotPath]
    private void SendTo(PlayedTrack viewer, in ForwardedPacket packet, Instant now)
    {
        var session = viewer.Session;
        if (
            session.Downlink is { } downlink
            && downlink.TryHold(viewer.Subscription, packet, viewer.IsSound, now)
        )
        {
            _sessions.Touch(session.Slot);
            return;
        }

        WriteTo(viewer, packet, now);
    }

    /// <summary>Writes one packet for one viewer into a send slot.</summary>
    [HotPath]
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void WriteTo(PlayedTrack viewer, in ForwardedPacket packet, Instant now)
    {
        var session = viewer.Session;
        try
        {
            var source = packet.Handle.IsNone
                ? default
                : _pools[packet.Handle.Pool].Slot(packet.Handle);
            var padding = packet.IsRetransmission ? 0 : packet.Padding;
            var sound = SentSound.Of(
                source.Slice(packet.TailOffset, packet.TailLength + padding),
                packet,
                viewer.Media.Codec,
                stackalloc byte[RedPayload.HeaderBytesMax]
            );
            var outgoing = new OutgoingRtp
            {
                SourcePacket = source[..(packet.Handle.IsNone ? 0 : packet.SourcePacketLength)],
                SourceExtensions = packet.SourceExtensions,
                Payload = sound.Payload,
                Prefix = sound.IsRedundant ? sound.Header : packet.PrefixBytes,
                Padding = padding,
                IsRedundant = sound.IsRedundant,
                SequenceNumber = packet.SequenceNumber,
                Timestamp = packet.Timestamp,
                Marker = packet.Marker,
                IsTelephoneEvent = packet.IsTelephoneEvent,
                CaptureTime = packet.CaptureTime,
                Descriptor = packet.Descriptor,
            };
            var downlink = session.Downlink;
            session.Peer.Sender.SetProbeCluster(downlink?.ProbeCluster ?? 0);
            _io.SendFrom(session.Port);
            var slot = _io.NextSlot();
            var length = packet.IsRetransmission
                ? session.Peer.WriteRepair(viewer.Stream, outgoing, slot, now)
                : session.Peer.WriteRtp(viewer.Stream, outgoing, slot, now);
            if (length == 0)
            {
                return;
            }

            Commit(session, length, session.Peer.Transport.Selected, now);
            _stats.MediaOut++;
            if ((session.Stages & SessionStages.FirstRtpOut) == SessionStages.None)
            {
                Note(session, SessionStages.FirstRtpOut, now);
            }

            downlink?.HandleSent(length, isPadding: false, now);
        }
        catch (Exception error)
        {
            // The session cannot be closed here: its track is walking through its viewers.
            LogFault(_logger, session.LogId, error);
            _stats.Faults++;
            Post(
                new ShardCommand.Close(session, Protocol.Transport.PeerClosedReason.Requested, null)
            );
        }
    }

    /// <summary>The replica of a track on this shard, made when there is none.</summary>
    [HotPath]
    private bool TryReplica(StreamTrack track, [NotNullWhen(true)] out TrackReplica? replica)
    {
        replica = track.Replica(Index);
        return replica is not null || TryMakeReplica(track, out replica);
    }

    private bool TryMakeReplica(StreamTrack track, [NotNullWhen(true)] out TrackReplica? replica)
    {
        replica = new TrackReplica(
            track,
            new Track(track.Description, _pools, _node.Options.Track)
        );
        if (!_replicas.TryAdd(replica, out var slot))
        {
            replica.Track.Close();
            replica = null;
            Drop(ShardDrop.ReplicasFull);
            return false;
        }

        replica.Slot = slot;
        track.SetReplica(Index, replica);
        Introduce(replica, _node.Clock.Now());
        return true;
    }

    /// <summary>Asks publishers for key frames that viewers need, and sets the replicas' timers.</summary>
    [HotPath]
    private void SettleReplicas(Instant now)
    {
        while (_replicas.TryTakeTouched(out var replica))
        {
            while (replica!.Track.PollKeyFrameRequest(out var layer, now))
            {
                if (replica.Source is { } source)
                {
                    WantKeyFrame(source, layer, now);
                }
            }

            if (replica.Track.Starts != replica.StartsSeen)
            {
                replica.StartsSeen = replica.Track.Starts;
                TellLayers(replica);
            }

            if (replica.Track.LayerChanges != replica.LayerChangesSeen)
            {
                replica.LayerChangesSeen = replica.Track.LayerChanges;
                ReconsiderShares(replica, now);
            }

            if (replica.Track.Choices != replica.ChoicesSeen)
            {
                replica.ChoicesSeen = replica.Track.Choices;
                SayWanted(replica);
                TellLayers(replica);
            }
            else if (replica.HasNewCeilings)
            {
                SayWanted(replica);
            }

            replica.HasNewCeilings = false;

            _replicas.Arm(replica.Slot, Instant.Max(replica.Track.PollTimeout(), now + TimerStep));
        }
    }

    [HotPath]
    private void WantKeyFrame(TrackSource source, int layer, Instant now)
    {
        var owner = source.Origin.OwnerShard;
        if (owner != Index)
        {
            Signal(
                owner,
                new SignalMessage
                {
                    Kind = SignalKind.KeyFrameWanted,
                    Source = source,
                    Layer = unchecked((byte)layer),
                }
            );
        }
        else if (source.Origin is Session { Slot: not TimedSlots<Session>.NoSlot } publisher)
        {
            publisher.Published[source.Section]?.Inlet.KeyFrames.Request(layer, now);
            _sessions.Touch(publisher.Slot);
        }
        else if (source.Origin is RemoteTrack remote)
        {
            remote.Inlet.KeyFrames.Request(layer, now);
            TouchFeed(remote);
        }
    }

    /// <summary>Tells which layers viewers are sent now, and who is sent none for want of bandwidth; only after a
    /// start or a choice, which are rare.</summary>
    private void TellLayers(TrackReplica replica)
    {
        if (replica.Stream.Named is not { } track || replica.Source is not { } source)
        {
            return;
        }

        foreach (var viewer in replica.Viewers)
        {
            var layer = viewer.Subscription.CurrentLayer;
            var isNews = viewer.Subscription.IsStarved
                ? viewer.TryTellPaused()
                : (uint)layer < (uint)source.Rids.Length && viewer.TryTell(source.Rids[layer]);
            if (isNews)
            {
                _node.Callers?.HandleLayerChanged(viewer, track);
            }
        }
    }

    /// <summary>Lets a replica go that serves neither viewers nor joins.</summary>
    private void CloseIfIdle(TrackReplica replica)
    {
        var track = replica.Stream;
        var isHome = track.Source?.Origin.OwnerShard == Index;
        if (replica.ViewerCount > 0 || (isHome && !track.IsRetired))
        {
            return;
        }

        replica.Track.Close();
        track.SetIsWatched(Index, isWatched: false);
        SayWanted(track, 0, Bitrate.Zero);
        track.SetReplica(Index, null);
        _figures.Add(replica.Track.Stats);
        _replicas.Remove(replica.Slot);
        replica.Slot = TimedSlots<TrackReplica>.NoSlot;
    }

    private void CloseReplicas()
    {
        foreach (var replica in _replicas.Items)
        {
            replica?.Track.Close();
        }
    }

    /// <summary>Sends what subscriptions forward.</summary>
    private readonly struct ViewerSink(Shard shard, Instant now) : IForwardSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            shard.SendTo((PlayedTrack)subscription.Owner!, packet, now);
    }

    /// <summary>Writes packets into the ring to another shard, with a claim for it.</summary>
    private readonly struct RingSink(Shard shard, ShardLink link, TrackSource source) : IReplaySink
    {
        /// <inheritdoc/>
        public bool Offer(in TrackPacket packet)
        {
            shard.Claim(packet.Handle);
            if (link.Media.TryWrite(new MediaMessage(source, packet)))
            {
                shard._stats.MediaAcross++;
                return true;
            }

            shard.Release(packet.Handle);
            shard.Drop(ShardDrop.MediaRingFull);
            return false;
        }
    }
}
