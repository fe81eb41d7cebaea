using Edge.Forwarding.Tracks;
using Edge.Mesh.Feeds;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Rtp;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What Shard.Feeds does.</content>
internal sealed partial class SimulatedNode
{
    private readonly Queue<(NodeFeed Feed, byte[] Frame)> _inbox = new();
    private readonly List<NodeFeed> _feeds = [];
    private readonly Queue<NodeFeed> _touchedFeeds = new();
    private long _inboxBytes;

    /// <summary>Frames that were not taken: out of order, too late, not understood.</summary>
    public long FramesDropped { get; private set; }

    /// <summary>Frames that were taken.</summary>
    public long FramesTaken { get; private set; }

    /// <summary>Most bytes that ever waited for the shard.</summary>
    public long InboxBytesPeak { get; private set; }

    /// <summary>Tracks of other nodes that are taken here.</summary>
    public IReadOnlyList<NodeFeed> Feeds => _feeds;

    private void PostFrame(NodeFeed feed, byte[] frame)
    {
        if (_inboxBytes + frame.Length > _limits.InboxBytesMax)
        {
            FramesDropped++;
            return;
        }

        _inboxBytes += frame.Length;
        InboxBytesPeak = Math.Max(InboxBytesPeak, _inboxBytes);
        _inbox.Enqueue((feed, frame));
        _shard.Wake();
    }

    private void TakeFrames(Instant now)
    {
        while (_inbox.TryDequeue(out var inbound))
        {
            _inboxBytes -= inbound.Frame.Length;
            Handle(inbound.Feed, inbound.Frame, now);
        }
    }

    private void Handle(NodeFeed feed, byte[] bytes, Instant now)
    {
        if (feed.IsOver)
        {
            return;
        }

        _world.Log?.Add(_world.Line($"{this} gets of {feed.Track.Stream} {FrameText.Of(bytes)}"));
        var sink = new FeedSink(this, feed, now);
        switch (feed.Intake.Handle(bytes, WallNow(), ref sink, now))
        {
            case FeedOutcome.Taken:
                FramesTaken++;
                Touch(feed);
                break;
            case FeedOutcome.Malformed:
                throw _world.Failure($"{this} got a frame that makes no sense.");
            case FeedOutcome.Dropped:
                FramesDropped++;
                break;
            case FeedOutcome.Ended:
                EndFeed(feed);
                break;
            default:
                break;
        }
    }

    private void EndFeed(NodeFeed feed)
    {
        HandleGone(feed.Of!);
        TouchFeedOnce(feed);
    }

    private bool TryBeginSource(
        NodeFeed feed,
        MeshDescription description,
        SourceName name,
        Instant now
    )
    {
        if (NodeFormat.Of(description) is not { } format)
        {
            return false;
        }

        var track = feed.Track;
        if (!ReferenceEquals(track.Source, feed.Inlet.Source))
        {
            return false;
        }

        var source = new NodeSource(track, track.NextEpoch(), feed, format, name);
        feed.Inlet = new NodeInlet(source);
        feed.Words = new MeshLayerState?[source.Rids.Length];
        track.Source = source;
        if (track.Replica is { } replica)
        {
            _ = replica.TryFollow(source, now);
            Touch(replica);
        }

        return true;
    }

    private void HandleState(
        NodeFeed feed,
        in MeshTrackState state,
        ReadOnlySpan<MeshLayerState> layers,
        Instant now
    )
    {
        if (state.Owner is { } owner && owner != feed.OwnerSaid)
        {
            feed.OwnerSaid = owner;
            PostEngine(() => HandOver(feed, new NodeAddress(owner.Pop, owner.Node)));
        }

        for (var index = 0; index < layers.Length; index++)
        {
            if (layers[index] != feed.Words[index])
            {
                var words = (MeshLayerState?[])feed.Words.Clone();
                words[index] = layers[index];
                feed.Words = words;
            }

            PassOnWord(feed, index, now);
        }

        if (state.End == MeshTrackEnd.Source && feed.Track.Replica is { } ended)
        {
            ended.End(feed.Inlet.Source, now);
            Touch(ended);
        }
    }

    private void PassOnWord(NodeFeed feed, int layer, Instant now)
    {
        if (feed.Effective(layer) is not { } word || word == feed.Inlet.Words[layer])
        {
            return;
        }

        feed.Inlet.Words[layer] = word;
        if (feed.Track.Replica is { } replica)
        {
            Believe(replica, layer, word, now);
        }
    }

    private void LeaveOut(NodeFeed feed, uint layers)
    {
        _world.Log?.Add(
            _world.Line($"{this} leaves out layers {layers & 15:b} of {feed.Track.Stream}")
        );
        feed.LeftOutLayers = layers;
        for (var layer = 0; layer < feed.Words.Length; layer++)
        {
            PassOnWord(feed, layer, _world.Now);
        }
    }

    private void Fetch(
        NodeFeed feed,
        byte layer,
        in MeshPacket packet,
        ReadOnlySpan<byte> rtp,
        Instant now
    )
    {
        if (RtpPacket.TryParse(rtp, out var parsed) != RtpParseError.None)
        {
            throw _world.Failure($"{this} got a packet that makes no sense.");
        }

        if (!Pool.TryRent(out var handle))
        {
            throw _world.Failure($"The pool of {this} is too small for the scenario.");
        }

        rtp.CopyTo(Pool.Slot(handle));
        var inlet = feed.Inlet;
        var forwarded = new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = packet.ExtendedSequence,
            ArrivedAt = now - packet.Age,
            CaptureTime = packet.CaptureTime,
            Timestamp = packet.RtpTimestamp,
            PacketLength = (ushort)rtp.Length,
            HeaderLength = (ushort)parsed.HeaderLength,
            PayloadOffset = (ushort)parsed.HeaderLength,
            PayloadLength = (ushort)parsed.PayloadLength,
            SourceEpoch = inlet.Source.Epoch,
            Layer = layer,
            Marker = (packet.Flags & MeshPacketFlags.Marker) != MeshPacketFlags.None,
            IsTelephoneEvent =
                (packet.Flags & MeshPacketFlags.TelephoneEvent) != MeshPacketFlags.None,
            IsKeyFrameStart =
                (packet.Flags & MeshPacketFlags.KeyFrameStart) != MeshPacketFlags.None,
            TemporalLayer = packet.TemporalLayer,
        };
        if (forwarded.IsKeyFrameStart)
        {
            inlet.KeyFrames.HandleKeyFrame(layer, now);
        }

        Forward(inlet, forwarded, now);
        Release(handle);
    }

    private void Touch(NodeFeed feed)
    {
        if (!_feeds.Contains(feed))
        {
            if (feed.IsOver)
            {
                return;
            }

            _feeds.Add(feed);
        }

        TouchFeedOnce(feed);
    }

    private void TouchFeedOnce(NodeFeed feed)
    {
        if (_feeds.Contains(feed) && !feed.IsTouched)
        {
            feed.IsTouched = true;
            _touchedFeeds.Enqueue(feed);
            _shard.Wake();
        }
    }

    private void SettleFeeds(Instant now)
    {
        while (_touchedFeeds.TryDequeue(out var feed))
        {
            feed.IsTouched = false;
            if (feed.IsOver)
            {
                _feeds.Remove(feed);
                continue;
            }

            var requests = feed.Inlet.KeyFrames;
            while (requests.TryTake(out var layer, now))
            {
                var wanted = layer;
                _world.Log?.Add(
                    _world.Line($"{this} wants a key frame of {feed.Track.Stream} layer {layer}")
                );
                PostEngine(() => _watches.WantKeyFrame(feed.Token, wanted, _world.Now));
            }

            feed.DueAt = Instant.Max(requests.PollTimeout(), now + TimerStep);
        }
    }

    private void ForgetLayer(NodeFeed feed, int layer)
    {
        feed.Intake.Restart(layer);
        if (!feed.IsOver)
        {
            feed.Track.Replica?.Track.ForgetLayer(layer);
        }

        TouchFeedOnce(feed);
    }

    /// <summary>Tells a new replica of another node's track what its owner said of it.</summary>
    private void Introduce(NodeReplica replica, Instant now)
    {
        if (replica.Stream.Feed is not { } feed || replica.Stream.Source is not { } source)
        {
            return;
        }

        _ = replica.TryFollow(source, now);
        var words = feed.Words;
        for (var layer = 0; layer < Math.Min(words.Length, source.Rids.Length); layer++)
        {
            if (feed.Effective(layer) is { } word)
            {
                Believe(replica, layer, word, now);
            }
        }
    }

    private void Believe(NodeReplica replica, int layer, in MeshLayerState word, Instant now)
    {
        replica.Track.SetLayerState(layer, word.IsActive, (int)word.Pixels, word.Bitrate, now);
        Touch(replica);
    }

    private void SayWanted(NodeReplica replica)
    {
        var isOneLayer = replica.Source is { Rids.Length: 1 };
        var wanted =
            replica.Track.SubscriptionCount == 0 ? 0u
            : isOneLayer ? 1u
            : replica.Track.WantedLayers;
        SayWanted(replica.Stream, wanted);
    }

    private void SayWanted(NodeTrack track, uint layers)
    {
        if (track.Wanted == layers)
        {
            return;
        }

        track.Wanted = layers;
        if (track.Feed is { } feed)
        {
            PostEngine(() => LookAtWanted(feed));
        }
    }

    private readonly struct FeedSink(SimulatedNode node, NodeFeed feed, Instant now) : IFeedSink
    {
        public int LayerCount => feed.Inlet.Source.Rids.Length;

        public bool TryBegin(MeshDescription description, SourceName name) =>
            node.TryBeginSource(feed, description, name, now);

        public void HandleState(
            int layer,
            in MeshTrackState state,
            ReadOnlySpan<MeshLayerState> layers
        ) => node.HandleState(feed, state, layers, now);

        public void HandlePacket(byte layer, in MeshPacket packet, ReadOnlySpan<byte> rtp) =>
            node.Fetch(feed, layer, packet, rtp, now);

        public void WantKeyFrame(int layer)
        {
            node._world.Log?.Add(
                node._world.Line($"{node} misses something of {feed.Track.Stream} layer {layer}")
            );
            feed.Inlet.KeyFrames.Request(layer, now);
            node.Touch(feed);
        }
    }
}
