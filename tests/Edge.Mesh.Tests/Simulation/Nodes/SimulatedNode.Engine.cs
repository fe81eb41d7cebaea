using Edge.Forwarding.Tracks;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Paths;
using Edge.Mesh.Peers;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What MeshEngine does.</content>
internal sealed partial class SimulatedNode : IExportPort
{
    private readonly Queue<Action> _engineCommands = new();
    private readonly Queue<NodeCarried> _ring = new();
    private readonly ExportDesk _exports;
    private readonly WatchBook _watches;
    private readonly PeerPops _peers = new();
    private readonly PathBook _paths;
    private readonly Dictionary<TrackToken, NodeFeed> _remote = [];
    private readonly Dictionary<TrackToken, NodeFeed> _watched = [];
    private readonly Dictionary<(TrackToken, int), BusSubscription> _subscriptions = [];
    private readonly byte[] _demand = new byte[MeshLimits.DemandBytesMax];

    /// <summary>Told of each frame of a layer before it is published.</summary>
    public Action<SimulatedNode, string>? Published { get; set; }

    /// <summary>Told of each change of what it wants of others.</summary>
    public Action<TrackToken, uint>? Wanting { get; set; }

    /// <summary>Bytes of frames published, on either bus.</summary>
    public long MediaBytesOut { get; private set; }

    /// <summary>What of its tracks others watch.</summary>
    public ExportDesk Exports => _exports;

    /// <summary>What it watches of others.</summary>
    public WatchBook Watches => _watches;

    /// <summary>Tracks of others that it watches.</summary>
    public IReadOnlyDictionary<TrackToken, NodeFeed> Watched => _watched;

    /// <inheritdoc/>
    public bool IsOneBus => _near is null;

    private IEnumerable<BusClient> Buses => _near is null ? [_far] : [_near, _far];

    /// <inheritdoc/>
    public bool TryServe(in OriginEvent happened, Instant now) => false;

    /// <inheritdoc/>
    public bool TryPublish(ExportWay way, string subject, ReadOnlySpan<byte> frame, int packets)
    {
        MediaBytesOut += frame.Length;
        Published?.Invoke(this, subject);
        return (way == ExportWay.Near ? _near ?? _far : _far).TryPublish(subject, frame);
    }

    /// <inheritdoc/>
    public void Carry(ExportedTrack track, uint layers, Bitrate claim)
    {
        var carried = (NodeTrack)track.Owner;
        carried.Carried = layers;
        _world.Log?.Add(_world.Line($"{this} carries layers {layers:b} of {carried.Stream}"));
    }

    /// <inheritdoc/>
    public void Replay(ExportedTrack track, uint layers, NodeAddress watcher)
    {
        _world.Log?.Add(_world.Line($"{this} shows layers {layers:b} of its cache to {watcher}"));
        Ask(track, source => ReplayCache(source, layers, watcher));
    }

    /// <inheritdoc/>
    public void WantKeyFrames(ExportedTrack track, uint layers) =>
        Ask(
            track,
            source =>
            {
                var keyFrames = (source.Origin as NodeSession)?.Inlet!.KeyFrames;
                for (var layer = 0; layer < source.Rids.Length; layer++)
                {
                    if (
                        (layers >> layer & 1) != 0
                        && keyFrames?.HasComeWithin(layer, MeshTimes.WayMax, _world.Now) != true
                    )
                    {
                        WantKeyFrame(source, layer, _world.Now);
                    }
                }
            }
        );

    /// <inheritdoc/>
    public void TellLayers(ExportedTrack track) =>
        Ask(track, source => TellLayers(source, track, _ => { }));

    private void StartMesh()
    {
        foreach (var bus in Buses)
        {
            _ = bus.Subscribe(MeshSubjects.DemandPattern(Address), HandleDemand);
            _ = bus.Subscribe(MeshSubjects.CachePattern(Address), HandleCached);
            _ = bus.Subscribe(MeshSubjects.Peer(Address), parcel => HandleQuestion(bus, parcel));
            bus.ConnectionChanged = isConnected =>
            {
                if (isConnected)
                {
                    PostEngine(() => _watches.HandleReconnected(_world.Now));
                }
            };
        }
    }

    private BusClient BusTo(ushort pop) => pop == Address.Pop && _near is { } near ? near : _far;

    /// <summary>Asks the shard that takes a track's packets.</summary>
    private void Ask(ExportedTrack exported, Action<NodeSource> command)
    {
        var track = (NodeTrack)exported.Owner;
        if (track.Source is not null)
        {
            PostShard(() =>
            {
                if (track.Source is { } source)
                {
                    command(source);
                }
            });
        }
    }

    private void PostEngine(Action command)
    {
        _engineCommands.Enqueue(command);
        _engine.Wake();
    }

    private void EngineTurn()
    {
        Meter?.Begin();
        var now = _world.Now;
        while (_engineCommands.TryDequeue(out var command))
        {
            command();
        }

        while (_ring.TryDequeue(out var carried))
        {
            Take(carried, now);
        }

        _exports.Flush(WallNow(), now);
        LookAtPaths(now);
        if (_watches.PollTimeout() <= now)
        {
            _watches.HandleTimeout(now);
            TakeWatchEvents();
        }

        if (_exports.PollTimeout() <= now)
        {
            _exports.HandleTimeout(WallNow(), now);
        }

        SayWhatIsWanted(now);
        var next = Instant.Min(
            _paths.PollTimeout(),
            Instant.Min(_watches.PollTimeout(), _exports.PollTimeout())
        );
        if (next <= now)
        {
            throw _world.Failure($"The mesh of {this} has a deadline in the past after its turn.");
        }

        _engine.WakeAt(next);
        Meter?.End();
    }

    private void Carry(in NodeCarried carried)
    {
        var handle = carried.Packet.Handle;
        if (handle.IsNone)
        {
            return;
        }

        if (_ring.Count >= _limits.RingPacketsMax)
        {
            throw _world.Failure($"The ring of {this} is full.");
        }

        Pool.AddReference(handle);
        _ring.Enqueue(carried);
        _engine.Wake();
    }

    private void Take(in NodeCarried carried, Instant now)
    {
        if (carried.Source.Track.Exported is not { } track)
        {
            Release(carried.Packet.Handle);
        }
        else if (carried.IsReplay)
        {
            _exports.HandleCached(track, Describe(carried), carried.Watcher, now);
        }
        else
        {
            _exports.HandlePacket(track, Describe(carried), WallNow(), now);
        }
    }

    private static ExportedPacket Describe(in NodeCarried carried)
    {
        var packet = carried.Packet;
        var flags =
            (packet.Marker ? MeshPacketFlags.Marker : MeshPacketFlags.None)
            | (packet.IsKeyFrameStart ? MeshPacketFlags.KeyFrameStart : MeshPacketFlags.None);
        return new ExportedPacket
        {
            Source = carried.Source.Exported,
            Handle = packet.Handle,
            LengthBytes = packet.PacketLength,
            Layer = packet.Layer,
            ArrivedAt = packet.ArrivedAt,
            Facts = new MeshPacket(
                packet.ExtendedSequence,
                packet.Timestamp,
                flags,
                packet.TemporalLayer,
                packet.CaptureTime
            ),
        };
    }

    private void ReplayCache(NodeSource source, uint layers, NodeAddress watcher)
    {
        if (source.Track.Replica is { } replica && ReferenceEquals(replica.Source, source))
        {
            var sink = new MeshSink(this, source, watcher, layers);
            var isNear = watcher.Pop == Address.Pop;
            _ = replica.Track.ReplayCache(
                ref sink,
                recent: isNear ? new TrackOptions().HistoryAge : MeshTimes.MediaAge
            );
        }
    }

    /// <summary>Says how a track's layers are, to the mesh's thread and to whoever waits for it.</summary>
    private void TellLayers(NodeSource source, ExportedTrack track, Action<ExportedLayers> done)
    {
        var states = new MeshLayerState[source.Rids.Length];
        var selector = source.Track.Replica?.Track.Layers;
        for (var layer = 0; layer < states.Length; layer++)
        {
            states[layer] = new MeshLayerState(
                selector is not null && selector.IsLive(layer),
                (uint)(selector?.Pixels(layer) ?? 0),
                selector?.Rate(layer) ?? Bitrate.Zero
            );
        }

        var layers = new ExportedLayers(
            source.Exported,
            states,
            new MeshSenderReport?[states.Length]
        );
        PostEngine(() => _exports.HandleLayers(track, layers, WallNow(), _world.Now));
        done(layers);
    }

    private void Add(NodeFeed feed)
    {
        if (_remote.TryGetValue(feed.Token, out var known) && !known.IsOver)
        {
            return;
        }

        _remote[feed.Token] = feed;
        feed.Track.Feed = feed;
        feed.Track.Source = feed.Inlet.Source;
        PostEngine(() => Watch(feed));
    }

    private void End(NodeFeed feed)
    {
        if (feed.IsOver)
        {
            return;
        }

        feed.IsOver = true;
        if (_remote.TryGetValue(feed.Token, out var known) && ReferenceEquals(known, feed))
        {
            _remote.Remove(feed.Token);
        }

        PostEngine(() => Unwatch(feed));
    }

    private void Watch(NodeFeed feed)
    {
        if (_watched.TryGetValue(feed.Token, out var before))
        {
            Unwatch(before);
        }

        if (feed.IsOver || !_watches.TryAdd(feed.Token, feed.Key, _world.Now))
        {
            return;
        }

        _watched[feed.Token] = feed;
        if (feed.Key.Owner.Pop != Address.Pop)
        {
            feed.Intake.Path = _paths.Add(feed, feed.Key.Owner, _world.Now);
        }

        LookAtWanted(feed);
    }

    private void Unwatch(NodeFeed feed)
    {
        if (_watched.TryGetValue(feed.Token, out var known) && ReferenceEquals(known, feed))
        {
            _watches.Remove(feed.Token, _world.Now);
            TakeWatchEvents();
            _watched.Remove(feed.Token);
            _paths.Remove(feed);
        }
    }

    /// <summary>Another node sends a track.</summary>
    private void HandOver(NodeFeed feed, NodeAddress owner)
    {
        if (
            _watched.TryGetValue(feed.Token, out var known)
            && ReferenceEquals(known, feed)
            && owner.Pop == feed.Key.Owner.Pop
        )
        {
            feed.Key = feed.Key with { Owner = owner };
            _watches.HandOver(feed.Token, owner, _world.Now);
        }
    }

    private void LookAtWanted(NodeFeed feed)
    {
        _paths.Reconsider(feed);
        SayWanted(feed, _world.Now);
        Wanting?.Invoke(feed.Token, feed.Track.Wanted);
    }

    private void SayWanted(NodeFeed feed, Instant now)
    {
        var wanted = feed.Track.Wanted & _paths.Allowed(feed);
        _watches.Want(feed.Token, wanted, now, _paths.IsNarrow(feed));
        TakeWatchEvents();
    }

    private void LookAtPaths(Instant now)
    {
        if (_paths.PollTimeout() > now)
        {
            return;
        }

        _paths.HandleTimeout(now);
        while (_paths.PollEvent(out var changed))
        {
            var feed = (NodeFeed)changed;
            SayWanted(feed, now);
            var leftOut = ~_paths.Allowed(feed);
            PostShard(() => LeaveOut(feed, leftOut));
        }
    }

    private void TakeWatchEvents()
    {
        while (_watches.PollEvent(out var happened))
        {
            var place = (happened.Track, happened.Layer);
            _world.Log?.Add(_world.Line($"{this}: {happened.Kind} layer {happened.Layer}"));
            if (happened.Kind == WatchEventKind.Subscribe)
            {
                if (_watched.TryGetValue(happened.Track, out var feed))
                {
                    _subscriptions[place] = BusTo(happened.Key.Owner.Pop)
                        .Subscribe(
                            MeshSubjects.Media(happened.Key.App, happened.Track, happened.Layer),
                            parcel => PostFrame(feed, parcel.Payload)
                        );
                }
            }
            else if (_subscriptions.Remove(place, out var subscription))
            {
                subscription.Dispose();
                if (_watched.TryGetValue(happened.Track, out var feed))
                {
                    PostShard(() => ForgetLayer(feed, happened.Layer));
                }
            }
        }
    }

    private void SayWhatIsWanted(Instant now)
    {
        while (true)
        {
            var length = _watches.PollTransmit(_demand, now, out var key);
            if (length == 0)
            {
                return;
            }

            _ = BusTo(key.Owner.Pop)
                .TryPublish(MeshSubjects.Demand(key.App, key.Owner), _demand.AsSpan(0, length));
        }
    }

    private void HandleDemand(BusParcel parcel)
    {
        if (MeshSubjects.TryReadDemand(parcel.Subject, out var of))
        {
            PostEngine(() => _exports.HandleDemand(of, parcel.Payload, WallNow(), _world.Now));
        }
    }

    private void HandleCached(BusParcel parcel)
    {
        if (
            TrackToken.TryParse(MeshSubjects.Token(parcel.Subject, 4), out var token)
            && _remote.TryGetValue(token, out var feed)
        )
        {
            PostFrame(feed, parcel.Payload);
        }
    }

    private readonly struct MeshSink(
        SimulatedNode node,
        NodeSource source,
        NodeAddress watcher,
        uint layers
    ) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            if ((layers >> packet.Layer & 1) != 0 && !packet.IsPaddingOnly)
            {
                node.Carry(new NodeCarried(source, packet, watcher, IsReplay: true));
            }

            return true;
        }
    }
}
