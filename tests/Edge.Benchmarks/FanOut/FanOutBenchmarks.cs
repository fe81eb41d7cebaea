using BenchmarkDotNet.Attributes;
using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.FanOut;

/// <summary>What a picture of nine packets costs for each of its viewers and packets, up to the system call: routing,
/// rewriting, encryption, pacing. Receiving it is not counted, sending neither.</summary>
[Config(typeof(BenchmarkSettings))]
public class FanOutBenchmarks
{
    private const int ViewersMost = 200;
    private const int CopiesPerRun = ViewersMost * VideoPictures.PacketsPerPicture;
    private const int PoolSlots = 8192;

    /// <summary>How often clients show that they are there: within the 30 s that consent holds (RFC 7675 §5.1), and
    /// so seldom that it is a thousandth of the cost.</summary>
    private const int KeepPictures = 300;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PacketTime = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan PictureTime = TimeSpan.FromMilliseconds(28.5);

    private readonly PacketPool _pool = new(0, PoolSlots);
    private readonly List<FanOutViewer> _viewers = [];
    private readonly SendBatch _batch = new() { GroupsSegments = true };
    private ServedViewerFactory? _factory;
    private VideoPictures? _pictures;
    private Track? _track;
    private Instant _now = Instant.FromMilliseconds(1000);
    private long _packets;

    /// <summary>Who watches.</summary>
    [Params(1, 10, 50, ViewersMost)]
    public int Viewers { get; set; }

    /// <summary>Connects the viewers, and attaches them to a track.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        PacketPool[] pools = [_pool];
        var room = new WaitingRoom(pools);
        _factory = new(SrtpCiphers.Best);
        _pictures = new(_pool);
        _track = new(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000),
            pools,
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        for (var index = 0; index < Viewers; index++)
        {
            var served = _factory.Create(_now);
            served.Connect(ConnectTime);
            _viewers.Add(new(served, room));
        }

        _now += ConnectTime;
        foreach (var viewer in _viewers)
        {
            _track.Attach(viewer.Subscription, _now);
        }
    }

    /// <summary>Lets the viewers go.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        foreach (var viewer in _viewers)
        {
            viewer.Downlink.Clear();
            viewer.Leave();
        }

        _track?.Close();
        _factory?.Dispose();
        _viewers.Clear();
    }

    /// <summary>So many pictures that the copies are as many, however many viewers there are.</summary>
    [Benchmark(OperationsPerInvoke = CopiesPerRun)]
    public void Forward()
    {
        for (var picture = 0; picture < ViewersMost / Viewers; picture++)
        {
            ForwardPicture();
        }

        Check();
    }

    /// <summary>Fails if not every packet was written for every viewer: another thing was measured then.</summary>
    private void Check()
    {
        foreach (var viewer in _viewers)
        {
            if (viewer.Copies + viewer.Downlink.WaitingCount < _packets)
            {
                throw new InvalidOperationException(
                    $"Of {_packets} packets a viewer was written {viewer.Copies}."
                );
            }
        }
    }

    private void ForwardPicture()
    {
        for (var index = 0; index < VideoPictures.PacketsPerPicture; index++)
        {
            var packet = _pictures!.Next(_now);
            var sink = new FanOutSink(_batch, _pool, _now);
            _track!.Forward(packet, ref sink, _now);
            _pool.Release(packet.Handle);
            _now += PacketTime;
        }

        _now += PictureTime;
        _packets += VideoPictures.PacketsPerPicture;
        if (_packets % (KeepPictures * VideoPictures.PacketsPerPicture) == 0)
        {
            foreach (var viewer in _viewers)
            {
                viewer.Keep(_now);
            }
        }
    }
}
