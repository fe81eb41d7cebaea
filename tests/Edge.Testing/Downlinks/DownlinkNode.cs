using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Forwarding.Uplinks;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Network;
using Edge.Wire.Payload;

namespace Edge.Testing.Downlinks;

/// <summary>A node of one shard without sockets: cameras, their tracks, and viewers with their downlinks.</summary>
/// <remarks>The glue of a shard, reduced to what a viewer's way out needs; the cores are the real ones.</remarks>
public sealed class DownlinkNode : ISimulatedEndpoint, IDisposable
{
    private const int Slots = 60_000;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HistoryAge = TimeSpan.FromSeconds(1);

    private readonly PacketPool _pool = new(0, Slots);
    private readonly Prng _random;
    private readonly List<(Microphone Microphone, Track Track)> _sounds = [];
    private readonly List<(Camera Camera, Track Track)> _cameras = [];
    private readonly List<TrackLimit> _limits = [];
    private readonly List<long> _layerChangesSeen = [];
    private readonly List<ServedViewer> _viewers = [];
    private readonly Dictionary<NetworkAddress, ServedViewer> _byAddress = [];
    private Instant _looksAt = Instant.Zero;
    private int _nextOut;

    /// <summary>Makes one without cameras and viewers, but with the sound of somebody who speaks all the time.</summary>
    public DownlinkNode(Prng random, Instant now)
    {
        _random = random;
        Room = new WaitingRoom([_pool]);
        AddSound(new Microphone(_pool, now), now);
    }

    /// <summary>Where packets wait.</summary>
    public WaitingRoom Room { get; }

    /// <summary>The cameras, each with its track.</summary>
    public IReadOnlyList<(Camera Camera, Track Track)> Cameras => _cameras;

    /// <summary>The viewers.</summary>
    public IReadOnlyList<ServedViewer> Viewers => _viewers;

    /// <summary>The sounds, each with its track.</summary>
    public IReadOnlyList<(Microphone Microphone, Track Track)> Sounds => _sounds;

    /// <summary>Publishes the sound of somebody who speaks now and then.</summary>
    /// <param name="speech">How long, on average.</param>
    /// <param name="silence">And then not for how long, on average.</param>
    /// <param name="now">The time.</param>
    public int AddSound(TimeSpan speech, TimeSpan silence, Instant now) =>
        AddSound(new Microphone(speech, silence, _pool, _random.Fork(), now), now);

    /// <summary>Publishes a camera.</summary>
    public int AddCamera(CameraOptions options, Instant now)
    {
        var track = new Track(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000),
            [_pool],
            new TrackOptions()
        );
        Rid[] rids = [.. options.Layers.Select(layer => layer.Rid)];
        track.StartSource(1, rids.Length > 1 ? rids : [], now);
        // Cameras do not make their pictures at the same moments.
        var starts = now + TimeSpan.FromMilliseconds(_random.NextInt32(33));
        _cameras.Add((new Camera(options, _pool, _random.Fork(), starts), track));
        _limits.Add(new TrackLimit());
        _layerChangesSeen.Add(0);
        return _cameras.Count - 1;
    }

    /// <summary>Serves a viewer sounds and cameras, once it is connected.</summary>
    public ServedViewer AddViewer(NetworkAddress address, Peer peer, ViewerWishes wishes)
    {
        var viewer = new ServedViewer(address, peer, Room, _pool);
        foreach (var sound in wishes.Sounds)
        {
            viewer.Tracks.Add(Serve(viewer, _sounds[sound].Track, isSound: true, priority: 0));
        }

        foreach (var camera in wishes.Cameras)
        {
            var isFirst = viewer.Tracks.Count == wishes.Sounds.Length;
            var priority = isFirst ? wishes.FirstPriority : 0;
            viewer.Tracks.Add(Serve(viewer, _cameras[camera].Track, isSound: false, priority));
        }

        _viewers.Add(viewer);
        _byAddress.Add(address, viewer);
        return viewer;
    }

    /// <inheritdoc/>
    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (_byAddress.TryGetValue(source, out var viewer))
        {
            _ = viewer.Peer.HandleDatagram(source, datagram, now, out _);
            Settle(viewer, now);
            SettleTracks(now);
        }
    }

    /// <inheritdoc/>
    public void HandleTimeout(Instant now)
    {
        foreach (var (camera, track) in _cameras)
        {
            camera.MakeDue(now, packet => Forward(track, packet, now));
        }

        ShrinkCaches(now);
        foreach (var (microphone, track) in _sounds)
        {
            microphone.MakeDue(now, packet => Forward(track, packet, now));
        }

        foreach (var viewer in _viewers)
        {
            if (viewer.PollTimeout() <= now)
            {
                viewer.Peer.HandleTimeout(now);
                Settle(viewer, now);
            }
        }

        SettleTracks(now);
        TellLimits(now);
    }

    /// <inheritdoc/>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        for (; _nextOut < _viewers.Count; _nextOut++)
        {
            var length = _viewers[_nextOut].PollTransmit(destination, now, out meta);
            if (length > 0)
            {
                return length;
            }
        }

        _nextOut = 0;
        meta = default;
        return 0;
    }

    /// <inheritdoc/>
    public Instant PollTimeout()
    {
        var next = Instant.Never;
        foreach (var (microphone, _) in _sounds)
        {
            next = Instant.Min(next, microphone.NextAt);
        }

        foreach (var (camera, track) in _cameras)
        {
            next = Instant.Min(next, Instant.Min(camera.NextAt, track.PollTimeout()));
        }

        foreach (var viewer in _viewers)
        {
            next = Instant.Min(next, viewer.PollTimeout());
        }

        return next;
    }

    /// <inheritdoc/>
    public void Dispose() => _viewers.ForEach(viewer => viewer.Dispose());

    /// <summary>As a shard does when its pool runs short: what only serves joins goes first.</summary>
    private void ShrinkCaches(Instant now)
    {
        if (now < _looksAt)
        {
            return;
        }

        _looksAt = now + LookInterval;
        if (_pool.CountFree() < Slots / 4)
        {
            _cameras.ForEach(camera => camera.Track.ShrinkCache(HistoryAge, now));
        }
    }

    private int AddSound(Microphone microphone, Instant now)
    {
        var track = new Track(
            new TrackDescription(MediaKind.Audio, CodecKind.Opus, 48_000),
            [_pool],
            new TrackOptions()
        );
        track.StartSource(1, [], now);
        _sounds.Add((microphone, track));
        return _sounds.Count - 1;
    }

    private ServedTrack Serve(ServedViewer viewer, Track track, bool isSound, int priority)
    {
        var first = new SequenceNumber((ushort)_random.NextInt32(32_768));
        var subscription = new Subscription(first, _random.NextUInt32());
        var served = new ServedTrack(viewer, track, subscription, viewer.Tracks.Count, isSound)
        {
            Priority = priority,
        };
        subscription.Owner = served;
        return served;
    }

    private void Forward(Track track, TrackPacket packet, Instant now)
    {
        var sink = new TrackSink(now);
        track.Forward(packet, ref sink, now);
        _pool.Release(packet.Handle);
    }

    private void Settle(ServedViewer viewer, Instant now)
    {
        while (viewer.Peer.PollEvent(out var occurred))
        {
            if (occurred.Kind == PeerEventKind.Connected)
            {
                Attach(viewer, now);
            }
        }

        while (viewer.Peer.Sender.PollFeedback(out var feedback))
        {
            HandleFeedback(viewer, feedback, now);
        }

        viewer.Run(now);
    }

    private static void Attach(ServedViewer viewer, Instant now)
    {
        viewer.IsConnected = true;
        foreach (var served in viewer.Tracks)
        {
            served.Track.Attach(served.Subscription, now);
            served.Share = viewer.Downlink.Add(
                served.Subscription,
                served.IsSound,
                served.Priority
            );
        }

        viewer.Downlink.Allocate(now);
    }

    private static void HandleFeedback(ServedViewer viewer, SenderFeedback feedback, Instant now)
    {
        var served = viewer.Tracks[feedback.Stream];
        if (feedback.Kind == SenderFeedbackKind.Nack)
        {
            var sink = new ServedViewer.ViewerSink(viewer, now);
            _ = served.Track.HandleNack(served.Subscription, feedback.Sequence, ref sink, now);
        }
        else
        {
            served.Track.HandleKeyFrameRequest(served.Subscription, now);
        }
    }

    private void SettleTracks(Instant now)
    {
        for (var index = 0; index < _cameras.Count; index++)
        {
            var (camera, track) = _cameras[index];
            if (track.PollTimeout() <= now)
            {
                var sink = new TrackSink(now);
                track.HandleTimeout(ref sink, now);
            }

            while (track.PollKeyFrameRequest(out var layer, now))
            {
                camera.RequestKeyFrame(layer, now);
            }

            if (track.LayerChanges != _layerChangesSeen[index])
            {
                _layerChangesSeen[index] = track.LayerChanges;
                foreach (var subscription in track.Subscriptions)
                {
                    var viewer = ((ServedTrack)subscription.Owner!).Viewer;
                    viewer.Downlink.Reconsider(now);
                    viewer.Touch();
                }
            }
        }
    }

    /// <summary>Tells cameras how much of what they send anybody can use.</summary>
    private void TellLimits(Instant now)
    {
        for (var index = 0; index < _cameras.Count; index++)
        {
            var (camera, track) = _cameras[index];
            var ceiling = Bitrate.Zero;
            foreach (var subscription in track.Subscriptions)
            {
                ceiling = Bitrate.Max(
                    ceiling,
                    ((ServedTrack)subscription.Owner!).Share?.Ceiling ?? Bitrate.Unlimited
                );
            }

            var audience = new TrackAudience(
                track.SubscriptionCount > 0,
                track.WantedLayers,
                ceiling
            );
            _limits[index].Update(track, audience, now);
            camera.HandleLimit(_limits[index].Value, now);
        }
    }

    private readonly struct TrackSink(Instant now) : IForwardSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            ((ServedTrack)subscription.Owner!).Viewer.Send(subscription, packet, now);
    }
}
