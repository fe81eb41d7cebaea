using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
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
    private static readonly TimeSpan SoundInterval = TimeSpan.FromMilliseconds(20);

    private readonly PacketPool _pool = new(0, Slots);
    private readonly Prng _random;
    private readonly List<(Camera Camera, Track Track)> _cameras = [];
    private readonly List<long> _layerChangesSeen = [];
    private readonly List<ServedViewer> _viewers = [];
    private readonly Dictionary<NetworkAddress, ServedViewer> _byAddress = [];
    private readonly Track _sound;
    private Instant _soundAt;
    private long _soundNumber = 70_000;
    private int _nextOut;

    /// <summary>Makes one without cameras and viewers, but with a sound that all viewers get.</summary>
    public DownlinkNode(Prng random, Instant now)
    {
        _random = random;
        _soundAt = now;
        Room = new WaitingRoom([_pool]);
        _sound = new Track(
            new TrackDescription(MediaKind.Audio, CodecKind.Opus, 48_000),
            [_pool],
            new TrackOptions()
        );
        _sound.StartSource(1, [], now);
    }

    /// <summary>Where packets wait.</summary>
    public WaitingRoom Room { get; }

    /// <summary>The cameras, each with its track.</summary>
    public IReadOnlyList<(Camera Camera, Track Track)> Cameras => _cameras;

    /// <summary>The viewers.</summary>
    public IReadOnlyList<ServedViewer> Viewers => _viewers;

    /// <summary>The sound that every viewer gets.</summary>
    public Track Sound => _sound;

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
        _layerChangesSeen.Add(0);
        return _cameras.Count - 1;
    }

    /// <summary>Serves a viewer the sound and some cameras, once it is connected.</summary>
    public ServedViewer AddViewer(NetworkAddress address, Peer peer, params int[] cameras)
    {
        var viewer = new ServedViewer(address, peer, Room, _pool);
        viewer.Tracks.Add(Serve(viewer, _sound, isSound: true));
        foreach (var camera in cameras)
        {
            viewer.Tracks.Add(Serve(viewer, _cameras[camera].Track, isSound: false));
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

        MakeSound(now);
        foreach (var viewer in _viewers)
        {
            if (viewer.Peer.PollTimeout() <= now || viewer.Downlink.PollTimeout() <= now)
            {
                viewer.Peer.HandleTimeout(now);
                Settle(viewer, now);
            }
        }

        SettleTracks(now);
    }

    /// <inheritdoc/>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        for (; _nextOut < _viewers.Count; _nextOut++)
        {
            var viewer = _viewers[_nextOut];
            // What the handshake says last goes before the first packet of media.
            var length = viewer.Peer.PollTransmit(destination, now, out meta);
            if (length > 0)
            {
                return length;
            }

            meta = new TransmitMeta(viewer.Address);
            if (viewer.TryTake(destination, out length))
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
        var next = _soundAt;
        foreach (var (camera, track) in _cameras)
        {
            next = Instant.Min(next, Instant.Min(camera.NextAt, track.PollTimeout()));
        }

        foreach (var viewer in _viewers)
        {
            next = Instant.Min(
                next,
                Instant.Min(viewer.Peer.PollTimeout(), viewer.Downlink.PollTimeout())
            );
        }

        return next;
    }

    /// <inheritdoc/>
    public void Dispose() => _viewers.ForEach(viewer => viewer.Dispose());

    private ServedTrack Serve(ServedViewer viewer, Track track, bool isSound)
    {
        var first = new SequenceNumber((ushort)_random.NextInt32(32_768));
        var subscription = new Subscription(first, _random.NextUInt32());
        var served = new ServedTrack(viewer, track, subscription, viewer.Tracks.Count, isSound);
        subscription.Owner = served;
        return served;
    }

    private void Forward(Track track, TrackPacket packet, Instant now)
    {
        var sink = new TrackSink(now);
        track.Forward(packet, ref sink, now);
        _pool.Release(packet.Handle);
    }

    private void MakeSound(Instant now)
    {
        for (; _soundAt <= now; _soundAt += SoundInterval)
        {
            if (!_pool.TryRent(out var handle))
            {
                throw new TestingException("The pool of the simulated node is empty.");
            }

            const int Header = 12;
            const int Payload = 80;
            var packet = _pool.Slot(handle)[..(Header + Payload)];
            packet.Clear();
            packet[0] = 0x80;
            new PictureStamp(PictureStamp.Sound, 0, 0, 1, false, now).WriteEnd(packet);
            Forward(
                _sound,
                new TrackPacket
                {
                    Handle = handle,
                    ExtendedSequence = _soundNumber++,
                    ArrivedAt = now,
                    Timestamp = unchecked((uint)_soundNumber * 960),
                    PacketLength = Header + Payload,
                    HeaderLength = Header,
                    PayloadOffset = Header,
                    PayloadLength = Payload,
                    SourceEpoch = 1,
                    Layer = 0,
                    Marker = false,
                    TemporalLayer = -1,
                },
                now
            );
        }
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
            served.Share = viewer.Downlink.Add(served.Subscription, served.IsSound);
            viewer.Downlink.Allocate(now);
        }
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
                    ((ServedTrack)subscription.Owner!).Viewer.Downlink.Reconsider(now);
                }
            }
        }
    }

    private readonly struct TrackSink(Instant now) : IForwardSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            ((ServedTrack)subscription.Owner!).Viewer.Send(subscription, packet, now);
    }
}
