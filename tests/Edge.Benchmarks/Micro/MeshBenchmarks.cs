using BenchmarkDotNet.Attributes;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Feeds;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.Micro;

/// <summary>What a packet of a picture costs on its way between nodes, without the bus: from the shard's hand into a frame,
/// and out of the frame into a slot of the other node.</summary>
[Config(typeof(BenchmarkSettings))]
public class MeshBenchmarks
{
    private const int PacketBytes = 1200;
    private const int PacketsPerPicture = 9;

    /// <summary>Pictures of a run. Chosen: what is measured of reading them is longer than what measuring takes.</summary>
    private const int Pictures = 30;
    private const int Packets = Pictures * PacketsPerPicture;
    private const string App = "app";
    private const ulong Life = 9;

    private static readonly TimeSpan PictureTime = TimeSpan.FromMilliseconds(33);
    private static readonly NodeAddress Owner = new(1, 1);
    private static readonly NodeAddress Watcher = new(2, 1);

    private readonly PacketPool _pool = new(0, 64);
    private readonly PacketHandle[] _handles = new PacketHandle[PacketsPerPicture];
    private readonly byte[] _demand = new byte[MeshLimits.DemandBytesMax];
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private readonly Frames _frames = new();
    private readonly ExportedTrack _track = new(
        TrackToken.Create("session", "camera"),
        App,
        MediaKind.Video,
        "camera"
    );

    private readonly FeedIntake _intake = new();
    private ExportDesk? _desk;
    private ExportedSource? _source;
    private Instant _now = Instant.FromMilliseconds(1000);
    private ulong _demands;
    private long _sequence = 70_000;

    /// <summary>Exports a track, and watches it.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        for (var packet = 0; packet < PacketsPerPicture; packet++)
        {
            _pool.TryRent(out _handles[packet]);
        }

        var description = new byte[MeshLimits.DescriptionBytesMax];
        var length = new MeshDescription
        {
            Kind = MediaKind.Video,
            CodecName = "VP8",
            PayloadType = new(96),
            ClockRate = 90_000,
        }.Write(description);
        _source = new(new SourceName(Life, 1), description[..length]);
        _desk = new(Owner, Life, [_pool], _frames, new PeerPops());
        _desk.Export(_track);
        Export();
        Feed();
    }

    /// <summary>A packet out: with its picture into a frame, which the bus takes.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Export()
    {
        _frames.Clear();
        Watch();
        for (var picture = 0; picture < Pictures; picture++)
        {
            _frames.Now = _now;
            for (var packet = 0; packet < PacketsPerPicture; packet++)
            {
                _desk!.HandlePacket(_track, Packet(packet), Wall(_now), _now);
            }

            _desk!.Flush(Wall(_now), _now);
            _now += PictureTime;
        }

        if (_frames.Packets != Packets)
        {
            throw new InvalidOperationException($"{_frames.Packets} of {Packets} packets left.");
        }
    }

    /// <summary>Writes the frames that come.</summary>
    [IterationSetup(Target = nameof(Feed))]
    public void ExportAll() => Export();

    /// <summary>A packet in: its frame's place, what is said of the track, and the packet into a slot.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Feed()
    {
        var sink = new Sink(_slot);
        for (var frame = 0; frame < _frames.Count; frame++)
        {
            var at = _frames.SentAt(frame);
            _intake.Handle(_frames[frame], Wall(at), ref sink, at);
        }

        if (sink.Packets != Packets)
        {
            throw new InvalidOperationException($"{sink.Packets} of {Packets} packets came.");
        }
    }

    /// <summary>The wall clock of both nodes.</summary>
    private static NtpTimestamp Wall(Instant now) =>
        NtpTimestamp.FromUnixTime(TimeSpan.FromDays(20_000)) + (now - Instant.Zero);

    /// <summary>Another node says that it watches, as it does all the time.</summary>
    private void Watch()
    {
        var header = new MeshDemandHeader(
            new(Watcher.Pop, Watcher.Node, 1),
            ++_demands,
            IsWhole: false
        );
        var writer = new MeshDemandWriter(_demand, header);
        writer.TryAddEntry(new MeshDemandEntry(_track.Token, 1u << 31 | 1, 0));
        _desk!.HandleDemand(new(Owner, App), _demand.AsSpan(0, writer.Length), Wall(_now), _now);
    }

    private ExportedPacket Packet(int index)
    {
        _pool.AddReference(_handles[index]);
        var isLast = index == PacketsPerPicture - 1;
        return new ExportedPacket
        {
            Source = _source!,
            Handle = _handles[index],
            LengthBytes = PacketBytes,
            Layer = 0,
            ArrivedAt = _now,
            Facts = new MeshPacket(
                ++_sequence,
                0,
                isLast ? MeshPacketFlags.Marker : MeshPacketFlags.None,
                -1,
                default
            ),
        };
    }

    /// <summary>A bus between both: it keeps what it is given.</summary>
    private sealed class Frames : IExportPort
    {
        private readonly byte[] _bytes = new byte[2 * Pictures * MeshLimits.FrameBytesMax];
        private readonly List<(int Start, int Length, Instant At)> _frames = [];
        private int _length;

        public bool IsOneBus => true;

        public Instant Now { get; set; }

        public int Count => _frames.Count;

        public int Packets { get; private set; }

        public ReadOnlySpan<byte> this[int frame] =>
            _bytes.AsSpan(_frames[frame].Start, _frames[frame].Length);

        public Instant SentAt(int frame) => _frames[frame].At;

        public void Clear()
        {
            _frames.Clear();
            (_length, Packets) = (0, 0);
        }

        public bool TryPublish(ExportWay way, string subject, ReadOnlySpan<byte> frame, int packets)
        {
            frame.CopyTo(_bytes.AsSpan(_length));
            _frames.Add((_length, frame.Length, Now));
            _length += frame.Length;
            Packets += packets;
            return true;
        }

        public bool TryServe(in OriginEvent happened, Instant now) => false;

        public void Carry(ExportedTrack track, uint layers, Bitrate ceiling) { }

        public void Replay(ExportedTrack track, uint layers, NodeAddress watcher) { }

        public void WantKeyFrames(ExportedTrack track, uint layers) { }

        public void TellLayers(ExportedTrack track) { }
    }

    /// <summary>A shard's part: the packet is copied into a slot.</summary>
    private struct Sink(byte[] slot) : IFeedSink
    {
        public int Packets;

        public readonly int LayerCount => 1;

        public readonly bool TryBegin(MeshDescription description, SourceName name) => true;

        public readonly void HandleState(
            int layer,
            in MeshTrackState state,
            ReadOnlySpan<MeshLayerState> layers
        ) { }

        public void HandlePacket(byte layer, in MeshPacket packet, ReadOnlySpan<byte> rtp)
        {
            rtp.CopyTo(slot);
            Packets++;
        }

        public readonly void WantKeyFrame(int layer) { }
    }
}
