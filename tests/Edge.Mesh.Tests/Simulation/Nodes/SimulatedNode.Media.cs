using Edge.Forwarding.Tracks;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What Shard.Media and Shard.Sessions do.</content>
internal sealed partial class SimulatedNode
{
    private readonly Queue<Action> _shardCommands = new();
    private readonly List<NodeSession> _sessions = [];
    private readonly List<NodeReplica> _replicas = [];
    private readonly Queue<NodeReplica> _touchedReplicas = new();

    /// <summary>Tracks as they are forwarded here.</summary>
    public IReadOnlyList<NodeReplica> Replicas => _replicas;

    /// <summary>Packets of a publisher come over its network.</summary>
    public void Receive(NodeSession session, List<PublishedPacket> packets)
    {
        if (session.Successor is { } successor)
        {
            // One hop, as what was held.
            successor.Node.Receive(successor, packets);
        }
        else if (IsUp && !session.IsClosed)
        {
            foreach (var packet in packets)
            {
                session.Arrived.Enqueue(packet);
            }

            _shard.Wake();
        }
    }

    /// <summary>The receiver gave a packet up that only a key frame heals.</summary>
    public void HandleLoss(NodeSession session, int layer)
    {
        if (IsUp && !session.IsClosed)
        {
            // Behind the packets that came before it was given up.
            PostShard(() => session.Inlet!.KeyFrames.Request(layer, _world.Now));
        }
    }

    private void PostShard(Action command)
    {
        _shardCommands.Enqueue(command);
        _shard.Wake();
    }

    private void ShardTurn()
    {
        Meter?.Begin();
        var now = _world.Now;
        ReceiveAll(now);
        TakeFrames(now);
        while (_shardCommands.TryDequeue(out var command))
        {
            command();
        }

        RunShardTimers(now);
        SettleSessions(now);
        SettleReplicas(now);
        SettleFeeds(now);
        SettleSessions(now);
        _shard.WakeAt(NextShardTimer(now));
        Meter?.End();
    }

    private void ReceiveAll(Instant now)
    {
        foreach (var session in _sessions)
        {
            while (session.Arrived.TryDequeue(out var packet))
            {
                if (!session.IsClosed)
                {
                    Ingest(session, packet, now);
                }
            }
        }
    }

    private void Ingest(NodeSession session, in PublishedPacket published, Instant now)
    {
        if (!Pool.TryRent(out var handle))
        {
            throw _world.Failure($"The pool of {this} is too small for the scenario.");
        }

        var stamp = published.Stamp;
        stamp.Write(Pool.Slot(handle)[..published.Bytes], published.Sequence, published.Timestamp);
        var inlet = session.Inlet!;
        var packet = new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = published.Sequence,
            ArrivedAt = now,
            Timestamp = published.Timestamp,
            PacketLength = (ushort)published.Bytes,
            HeaderLength = MediaStamp.HeaderBytes,
            PayloadOffset = MediaStamp.HeaderBytes,
            PayloadLength = (ushort)(published.Bytes - MediaStamp.HeaderBytes),
            SourceEpoch = inlet.Source.Epoch,
            Layer = stamp.Layer,
            Marker = stamp.IsLast,
            IsKeyFrameStart = stamp.IsKeyFrame && stamp.Index == 0,
            TemporalLayer = 0,
        };
        if (packet.IsKeyFrameStart)
        {
            inlet.KeyFrames.HandleKeyFrame(packet.Layer, now);
        }

        Forward(inlet, packet, now);
        Release(handle);
    }

    private void Forward(NodeInlet inlet, in TrackPacket packet, Instant now)
    {
        var track = inlet.Source.Track;
        if (track.IsRetired || !ReplicaOf(track, now).TryFollow(inlet.Source, now))
        {
            return;
        }

        var sink = new ViewerSink(this, now);
        track.Replica!.Track.Forward(packet, ref sink, now);
        Touch(track.Replica);
        if ((track.Carried >> packet.Layer & 1) != 0)
        {
            Carry(new NodeCarried(inlet.Source, packet));
        }
    }

    private NodeReplica ReplicaOf(NodeTrack track, Instant now)
    {
        if (track.Replica is { } known)
        {
            return known;
        }

        var replica = new NodeReplica(
            track,
            new Track(
                new TrackDescription(MediaKind.Video, CodecKind.Vp8, ClockRate: 90_000),
                _pools,
                TrackOptions
            )
        );
        track.Replica = replica;
        _replicas.Add(replica);
        Introduce(replica, now);
        return replica;
    }

    private void Attach(NodePlayed played, Instant now)
    {
        var track = played.Track;
        if (played.Replica is not null || track.IsRetired)
        {
            return;
        }

        var replica = ReplicaOf(track, now);
        if (track.Source is { } source)
        {
            _ = replica.TryFollow(source, now);
        }

        played.Replica = replica;
        replica.Track.Attach(played.Subscription, now);
        Touch(replica);
    }

    private void Detach(NodePlayed played)
    {
        if (played.Replica is not { } replica)
        {
            return;
        }

        played.Replica = null;
        replica.Track.Detach(played.Subscription);
        if (replica.Track.SubscriptionCount == 0)
        {
            CloseIfIdle(replica);
        }
    }

    private void CloseIfIdle(NodeReplica replica)
    {
        var track = replica.Stream;
        var isHome = track.Source is not null;
        if (replica.IsClosed || replica.Track.SubscriptionCount > 0 || (isHome && !track.IsRetired))
        {
            return;
        }

        replica.IsClosed = true;
        replica.Track.Close();
        SayWanted(track, 0);
        track.Replica = null;
        _replicas.Remove(replica);
    }

    private void Touch(NodeReplica replica)
    {
        if (!replica.IsTouched)
        {
            replica.IsTouched = true;
            _touchedReplicas.Enqueue(replica);
        }

        _shard.Wake();
    }

    private void RunShardTimers(Instant now)
    {
        foreach (var replica in _replicas)
        {
            if (replica.DueAt <= now)
            {
                replica.DueAt = Instant.Never;
                var sink = new ViewerSink(this, now);
                replica.Track.HandleTimeout(ref sink, now);
                Touch(replica);
            }
        }

        foreach (var feed in _feeds)
        {
            if (feed.DueAt <= now)
            {
                feed.DueAt = Instant.Never;
                Touch(feed);
            }
        }
    }

    private Instant NextShardTimer(Instant now)
    {
        var next = Instant.Never;
        foreach (var replica in _replicas)
        {
            next = Instant.Min(next, replica.DueAt);
        }

        foreach (var feed in _feeds)
        {
            next = Instant.Min(next, feed.DueAt);
        }

        foreach (var session in _sessions)
        {
            next = Instant.Min(next, session.Inlet!.KeyFrames.PollTimeout());
        }

        return Instant.Max(next, now + TimerStep);
    }

    /// <summary>Asks publishers for the key frames that are wanted of them.</summary>
    private void SettleSessions(Instant now)
    {
        foreach (var session in _sessions)
        {
            while (!session.IsClosed && session.Inlet!.KeyFrames.TryTake(out var layer, now))
            {
                _world.Log?.Add(
                    _world.Line($"{this} asks {session.Publisher.Stream} for layer {layer}")
                );
                session.Publisher.HandleKeyFrameRequest(session, layer);
            }
        }
    }

    private void SettleReplicas(Instant now)
    {
        while (_touchedReplicas.TryDequeue(out var replica))
        {
            replica.IsTouched = false;
            if (replica.IsClosed)
            {
                continue;
            }

            while (replica.Track.PollKeyFrameRequest(out var layer, now))
            {
                if (replica.Source is { } source)
                {
                    WantKeyFrame(source, layer, now);
                }
            }

            if (replica.Track.Choices != replica.ChoicesSeen)
            {
                replica.ChoicesSeen = replica.Track.Choices;
                SayWanted(replica);
            }

            replica.DueAt = Instant.Max(replica.Track.PollTimeout(), now + TimerStep);
        }
    }

    private void WantKeyFrame(NodeSource source, int layer, Instant now)
    {
        if (source.Origin is NodeSession { IsClosed: false } session)
        {
            session.Inlet!.KeyFrames.Request(layer, now);
        }
        else if (source.Origin is NodeFeed feed)
        {
            feed.Inlet.KeyFrames.Request(layer, now);
            Touch(feed);
        }
    }

    private void Send(Subscription subscription, in ForwardedPacket packet, Instant now)
    {
        var played = (NodePlayed)subscription.Owner!;
        if (played.FirstAt != 0)
        {
            // One of a crowd who has had its first picture.
            return;
        }

        var tail = packet.Handle.IsNone
            ? default
            : Pool.Slot(packet.Handle).Slice(packet.TailOffset, packet.TailLength);
        if (played.Viewer is { } viewer)
        {
            viewer.Take(played, packet, tail);
        }
        else if (!tail.IsEmpty && MediaStamp.Read(tail).IsLast)
        {
            played.FirstAt = now.Ticks;
        }
    }

    private readonly struct ViewerSink(SimulatedNode node, Instant now) : IForwardSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            node.Send(subscription, packet, now);
    }
}
