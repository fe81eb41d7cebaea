using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Mesh.Tests.Exports;

/// <summary>A desk with one track and nodes that say what they want; what it sends is read and kept.</summary>
internal sealed class ExportLab : IExportPort
{
    public const string App = "app";
    public const int PacketBytes = 1000;
    public const ulong Life = 9;

    private readonly byte[] _demand = new byte[MeshLimits.DemandBytesMax];
    private readonly PacketPool _pool = new(0, 1024);
    private ulong _sequence;
    private long _extended;

    public ExportLab(
        MediaKind kind = MediaKind.Video,
        NodeAddress? self = null,
        bool isExported = true
    )
    {
        Desk = new ExportDesk(self ?? Owner, Life, [_pool], this, Peers);
        Track = new ExportedTrack(TrackToken.Create("session", "camera"), App, kind, this);
        if (isExported)
        {
            Desk.Export(Track);
            Tell();
        }
    }

    public static NodeAddress Owner { get; } = new(1, 1);

    public static NodeAddress Near { get; } = new(1, 2);

    public static NodeAddress Far { get; } = new(2, 1);

    public ExportDesk Desk { get; }

    public PeerPops Peers { get; } = new();

    /// <summary>Packets that were said to be in what was sent.</summary>
    public int PacketsSaid { get; private set; }

    public ExportedTrack Track { get; private set; }

    public ExportedSource Source { get; set; } = MakeSource(epoch: 1);

    public Instant Now { get; set; } = Instant.Zero + TimeSpan.FromSeconds(1);

    public bool IsOneBus { get; set; }

    /// <summary>How far the node's wall clock is ahead.</summary>
    public TimeSpan WallOffset { get; init; }

    /// <summary>The node's wall clock.</summary>
    public NtpTimestamp Wall =>
        NtpTimestamp.FromUnixTime(TimeSpan.FromDays(20_000)) + (Now - Instant.Zero) + WallOffset;

    /// <summary>Whether layers are said to live.</summary>
    public bool[] Live { get; } = [true, true, true];

    /// <summary>Whether what is sent is not kept.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>What was sent since it was last cleared.</summary>
    public List<SentFrame> Sent { get; } = [];

    public uint Carried { get; private set; }

    public List<(uint Layers, NodeAddress Watcher)> Replays { get; } = [];

    public List<uint> KeyFramesWanted { get; } = [];

    public int Asked { get; private set; }

    /// <summary>Claims on slots that are not given back.</summary>
    public int HeldSlots => _pool.Slots - _pool.CountFree();

    public static ExportedSource MakeSource(ushort epoch)
    {
        var description = new MeshDescription
        {
            Kind = MediaKind.Video,
            CodecName = "VP8",
            PayloadType = new(96),
            ClockRate = 90_000,
        };
        var bytes = new byte[MeshLimits.DescriptionBytesMax];
        return new ExportedSource(new SourceName(Life, epoch), bytes[..description.Write(bytes)]);
    }

    /// <summary>The track goes on here after it was given away.</summary>
    public void Restart(ExportMemory memory)
    {
        Track = new ExportedTrack(Track.Token, App, Track.Kind, this);
        Desk.Resume(Track, memory, Wall, Now);
    }

    /// <summary>Says all that a node wants, of which the track is nothing.</summary>
    public void WantOnly(NodeAddress watcher, NodeAddress under)
    {
        var header = new MeshDemandHeader(
            new MeshWatcher(watcher.Pop, watcher.Node, 1),
            ++_sequence,
            IsWhole: true
        );
        var writer = new MeshDemandWriter(_demand, header);
        Desk.HandleDemand(new DemandKey(under, App), _demand.AsSpan(0, writer.Length), Wall, Now);
    }

    public void Want(
        NodeAddress watcher,
        uint? layers,
        uint keyFrames = 0,
        ulong life = 1,
        string app = App,
        NodeAddress? under = null
    )
    {
        var writer = new MeshDemandWriter(
            _demand,
            new MeshDemandHeader(
                new MeshWatcher(watcher.Pop, watcher.Node, life),
                ++_sequence,
                IsWhole: false
            )
        );
        Assert.True(
            writer.TryAddEntry(
                new MeshDemandEntry(Track.Token, (layers | 1u << 31) ?? 0, keyFrames)
            )
        );
        Desk.HandleDemand(
            new DemandKey(under ?? Owner, app),
            _demand.AsSpan(0, writer.Length),
            Wall,
            Now
        );
        Desk.Flush(Wall, Now);
    }

    /// <summary>Says how the layers are.</summary>
    public void Tell()
    {
        var states = new MeshLayerState[Live.Length];
        for (var layer = 0; layer < states.Length; layer++)
        {
            states[layer] = new MeshLayerState(Live[layer], 100, Bitrate.Zero);
        }

        Desk.HandleLayers(
            Track,
            new ExportedLayers(Source, states, new MeshSenderReport?[states.Length]),
            Wall,
            Now
        );
    }

    public void Give(byte layer = 0, bool marker = true, bool isKeyFrame = false) =>
        Desk.HandlePacket(Track, Make(layer, marker, isKeyFrame), Wall, Now);

    public ExportedPacket Make(byte layer = 0, bool marker = true, bool isKeyFrame = false)
    {
        Assert.True(_pool.TryRent(out var handle));
        return new ExportedPacket
        {
            Source = Source,
            Handle = handle,
            LengthBytes = PacketBytes,
            Layer = layer,
            ArrivedAt = Now,
            Facts = new MeshPacket(
                ++_extended,
                0,
                (marker ? MeshPacketFlags.Marker : MeshPacketFlags.None)
                    | (isKeyFrame ? MeshPacketFlags.KeyFrameStart : MeshPacketFlags.None),
                -1,
                default
            ),
        };
    }

    public void Advance(double ms)
    {
        var end = Now + TimeSpan.FromMilliseconds(ms);
        while (Desk.PollTimeout() <= end)
        {
            Now = Instant.Max(Now, Desk.PollTimeout());
            Desk.HandleTimeout(Wall, Now);
            Desk.Flush(Wall, Now);
        }

        Now = end;
    }

    /// <summary>Everything here is about tracks.</summary>
    public bool TryServe(in OriginEvent happened, Instant now) => false;

    public bool TryPublish(ExportWay way, string subject, ReadOnlySpan<byte> frame, int packets)
    {
        if (!IsDeaf)
        {
            Sent.Add(SentFrame.Read(way, subject, frame));
            PacketsSaid += packets;
        }

        return !IsDeaf;
    }

    public void Carry(ExportedTrack track, uint layers, Bitrate claim) => Carried = layers;

    public void Replay(ExportedTrack track, uint layers, NodeAddress watcher) =>
        Replays.Add((layers, watcher));

    public void WantKeyFrames(ExportedTrack track, uint layers) => KeyFramesWanted.Add(layers);

    public void TellLayers(ExportedTrack track) => Asked++;
}
