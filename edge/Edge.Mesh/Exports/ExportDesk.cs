using System.Numerics;
using Edge.Mesh.Demand;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Payload;

namespace Edge.Mesh.Exports;

/// <summary>Sends other nodes what they watch of this node's tracks, and says what becomes of the tracks.</summary>
/// <remarks>
/// Sans-IO. Packets that are watched are given to it with a claim each; it bundles those of a picture and
/// writes frames, one for each way on which somebody watches. What is cached goes to the one node that begins to
/// watch. Who watches is known by <see cref="OriginBook"/>. Bounded: by that, and by what waits in one picture
/// of each layer. After any input call <see cref="Flush"/>. Threads: one owner.
/// </remarks>
public sealed partial class ExportDesk
{
    /// <summary>How often it asks how the layers of watched tracks are. Chosen: a layer that died is left in under
    /// a second.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(400);

    private readonly Dictionary<TrackToken, ExportedTrack> _exported = [];
    private readonly List<NodeAddress> _idle = [];
    private readonly OriginBook _origins;
    private readonly IExportPort _port;
    private readonly PacketPool[] _pools;
    private readonly NodeAddress _self;
    private ulong _generation;
    private ExportStats _stats;
    private Instant _nextAskAt = Instant.Never;

    /// <summary>Makes one without tracks.</summary>
    /// <param name="self">This node.</param>
    /// <param name="life">A number that this start of the node has alone, above those of former ones.</param>
    /// <param name="pools">The node's packet pools.</param>
    /// <param name="port">What has messages sent and shards asked.</param>
    /// <param name="peers">Where it is counted what goes to other PoPs.</param>
    public ExportDesk(
        NodeAddress self,
        ulong life,
        PacketPool[] pools,
        IExportPort port,
        PeerPops peers
    )
    {
        _origins = new OriginBook(self, peers);
        _self = self;
        _generation = life;
        _pools = pools;
        _port = port;
    }

    /// <summary>The counters.</summary>
    public ref readonly ExportStats Stats => ref _stats;

    /// <summary>Who watches what.</summary>
    public OriginBook Origins => _origins;

    /// <summary>Draws a number that is greater than all that this life and those before have drawn.</summary>
    public ulong NextGeneration() => ++_generation;

    /// <summary>A track may be watched elsewhere from now on.</summary>
    public void Export(ExportedTrack track)
    {
        if (_exported.TryAdd(track.Token, track))
        {
            _origins.Add(track.Token, track.App);
        }
    }

    /// <summary>A track is gone for good: all who watch it are told.</summary>
    public void Withdraw(ExportedTrack track, NtpTimestamp wallNow)
    {
        if (!_exported.Remove(track.Token))
        {
            return;
        }

        Carry(track, default, Bitrate.Zero);
        foreach (var watcher in _origins.Remove(track.Token))
        {
            SayGone(track.App, track.Token, watcher, wallNow);
        }
    }

    /// <summary>Another node says what it wants of an app's tracks.</summary>
    /// <param name="of">Of whose tracks, of which app.</param>
    /// <param name="message">What it says.</param>
    /// <param name="wallNow">This node's wall clock.</param>
    /// <param name="now">The time.</param>
    public void HandleDemand(
        in DemandKey of,
        ReadOnlySpan<byte> message,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        if (MeshDemandReader.TryParse(message, out var demand) != MeshParseError.None)
        {
            _stats.Malformed++;
            return;
        }

        _origins.HandleDemand(of, ref demand, now);
        TakeOriginEvents(wallNow, now);
    }

    /// <summary>How a track's layers are, when <see cref="IExportPort.TellLayers"/> asked or at any time.</summary>
    public void HandleLayers(
        ExportedTrack track,
        ExportedLayers layers,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        var isNews = layers.IsNewsAfter(track.Layers);
        track.Layers = layers;
        if (isNews)
        {
            track.DescribeSoon();
            SayStateToIdle(track, wallNow, now);
        }

        for (byte layer = 0; layer < layers.Count; layer++)
        {
            var isCarried = (track.Carried.All >> layer & 1) != 0;
            if (!isCarried || track.DescribeAt(layer) > now)
            {
                continue;
            }

            // Nothing came lately that it could have gone with.
            FlushFrame(track, track.Open(layer), layer, wallNow, now);
            if (track.DescribeAt(layer) <= now)
            {
                Send(track, layers.Source, layer, [], wallNow, now);
            }
        }
    }

    /// <summary>Takes a packet of a layer that is watched elsewhere, with its claim.</summary>
    [HotPath]
    public void HandlePacket(
        ExportedTrack track,
        in ExportedPacket packet,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        var layer = packet.Layer;
        if (now - packet.ArrivedAt > MeshTimes.MediaAge)
        {
            _stats.TooLate++;
            _ = track.NextNumber(layer);
            Release(packet);
            return;
        }

        var frame = track.Open(layer);
        if (!frame.Packets.IsEmpty && !ReferenceEquals(frame.Packets[0].Source, packet.Source))
        {
            FlushFrame(track, frame, layer, wallNow, now);
        }

        if (!frame.IsListed)
        {
            frame.IsListed = true;
            _waiting.Add((track, frame, layer));
        }

        frame.Add(packet, waits: track.Kind == MediaKind.Video && !packet.Marker, now);
        _nextFlushAt = Instant.Min(_nextFlushAt, frame.DueAt);
    }

    /// <summary>Takes a packet out of a cache, with its claim, for one node.</summary>
    public void HandleCached(
        ExportedTrack track,
        in ExportedPacket packet,
        NodeAddress watcher,
        Instant now
    )
    {
        var key = (watcher, packet.Layer);
        if (!track.Replays.TryGetValue(key, out var frame))
        {
            frame = new OpenFrame();
            track.Replays.Add(key, frame);
            _replays.Add((track, watcher, packet.Layer));
        }

        frame.Add(packet, waits: true, now);
    }

    /// <summary>Does what is due, but for frames: those are <see cref="Flush"/>'s.</summary>
    public void HandleTimeout(NtpTimestamp wallNow, Instant now)
    {
        if (_origins.PollTimeout() <= now)
        {
            _origins.HandleTimeout(now);
            TakeOriginEvents(wallNow, now);
        }

        if (_nextAskAt <= now)
        {
            AskAll(now);
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> or <see cref="Flush"/> has something to do.</summary>
    [HotPath]
    public Instant PollTimeout() =>
        Instant.Min(_nextFlushAt, Instant.Min(_origins.PollTimeout(), _nextAskAt));

    /// <summary>Gives all claims back; the desk must not be used afterwards.</summary>
    public void Close()
    {
        foreach (var (_, frame, _) in _waiting)
        {
            Release(frame);
        }

        foreach (var (track, watcher, layer) in _replays)
        {
            Release(track.Replays[(watcher, layer)]);
        }
    }

    /// <summary>Does what the book of those who watch asks for; after whoever else changed it.</summary>
    public void TakeOriginEvents(NtpTimestamp wallNow, Instant now)
    {
        while (_origins.PollEvent(out var happened))
        {
            if (_port.TryServe(happened, now))
            {
                continue;
            }

            if (happened.Kind == OriginEventKind.Unknown)
            {
                SayGone(happened.App, happened.Track, happened.Watcher, wallNow);
            }
            else if (_exported.TryGetValue(happened.Track, out var track))
            {
                Serve(track, happened, wallNow, now);
            }
        }
    }

    private void Serve(
        ExportedTrack track,
        in OriginEvent happened,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        switch (happened.Kind)
        {
            case OriginEventKind.CarriedChanged:
                Carry(track, _origins.Carried(track.Token), _origins.Ceiling(track.Token));
                break;
            case OriginEventKind.Replay:
                SayState(track, happened.Watcher, wallNow, now);
                if (happened.Layers != 0)
                {
                    _port.Replay(track, happened.Layers, happened.Watcher);
                }

                track.AskAt = Instant.Min(track.AskAt, now + AskInterval);
                _nextAskAt = Instant.Min(_nextAskAt, track.AskAt);
                break;
            case OriginEventKind.Idle:
                SayState(track, happened.Watcher, wallNow, now);
                break;
            case OriginEventKind.KeyFrameWanted:
                _port.WantKeyFrames(track, happened.Layers);
                break;
            case OriginEventKind.Left:
            case OriginEventKind.Unknown:
            default:
                break;
        }
    }

    private void Carry(ExportedTrack track, CarriedLayers layers, Bitrate ceiling)
    {
        for (var begun = layers.All & ~track.Carried.All; begun != 0; begun &= begun - 1)
        {
            // What was not sent before has a number too: who was there before sees that it is missing, and
            // what is cached never comes after nothing.
            _ = track.NextNumber(BitOperations.TrailingZeroCount(begun));
        }

        GoOnCarrying(track, layers, ceiling);
    }

    private void GoOnCarrying(ExportedTrack track, CarriedLayers layers, Bitrate ceiling)
    {
        _stats.LayersCarried +=
            BitOperations.PopCount(layers.All) - BitOperations.PopCount(track.Carried.All);
        track.Carried = layers;
        _port.Carry(track, layers.All, ceiling);
    }

    /// <summary>Asks how the layers of watched tracks are.</summary>
    private void AskAll(Instant now)
    {
        _nextAskAt = Instant.Never;
        foreach (var track in _exported.Values)
        {
            if (track.AskAt <= now)
            {
                track.AskAt = Instant.Never;
                if (_origins.IsWatched(track.Token))
                {
                    _port.TellLayers(track);
                    track.AskAt = now + AskInterval;
                }
            }

            _nextAskAt = Instant.Min(_nextAskAt, track.AskAt);
        }
    }
}
