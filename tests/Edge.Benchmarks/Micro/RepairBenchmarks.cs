using BenchmarkDotNet.Attributes;
using Edge.Benchmarks.FanOut;
using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.Micro;

/// <summary>What a number of a viewer's NACK costs: found in the cache, written anew on the stream of repairs, encrypted, up
/// to the system call. It does not wait, as it would where the viewer's network is full (Downlink).</summary>
[Config(typeof(BenchmarkSettings))]
public class RepairBenchmarks
{
    /// <summary>Of less than the cache has, and so many that a packet is not in the processor's cache.</summary>
    private const int Pictures = 100;

    /// <summary>Fewer than a viewer is sent again within a window.</summary>
    private const int Repairs = 200;

    /// <summary>From one answer to the next: longer than that window.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(200);

    /// <summary>How often the client shows that it is there (RFC 7675 §5.1).</summary>
    private const int KeepAnswers = 50;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PictureTime = TimeSpan.FromMilliseconds(33);

    private readonly PacketPool _pool = new(0, 8192);
    private readonly SendBatch _batch = new() { GroupsSegments = true };
    private ServedViewerFactory? _factory;
    private FanOutViewer? _viewer;
    private Track? _track;
    private Instant _now = Instant.FromMilliseconds(1000);
    private SequenceNumber _last;
    private int _answers;
    private int _lost;

    /// <summary>Sends pictures to a viewer.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _factory = new(SrtpCiphers.Best);
        _track = new(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        var served = _factory.Create(_now);
        served.Connect(ConnectTime);
        _now += ConnectTime;
        _viewer = new(served, new WaitingRoom([_pool]));
        _track.Attach(_viewer.Subscription, _now);
        Forward();
        _last = _viewer.Latest;
    }

    /// <summary>Lets the viewer go.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _viewer?.Downlink.Clear();
        _viewer?.Leave();
        _track?.Close();
        _factory?.Dispose();
    }

    /// <summary>A number.</summary>
    [Benchmark(OperationsPerInvoke = Repairs)]
    public void Answer()
    {
        var before = _viewer!.Copies;
        _now += AnswerTime;
        if (++_answers % KeepAnswers == 0)
        {
            _viewer.Keep(_now);
        }

        var sink = new Sink(new(_batch, _pool, _now));
        for (var repair = 0; repair < Repairs; repair++)
        {
            _lost = (_lost + 1) % (Pictures * VideoPictures.PacketsPerPicture / 2);
            var lost = new SequenceNumber(unchecked((ushort)(_last.Value - _lost)));
            _track!.HandleNack(_viewer.Subscription, lost, ref sink, _now);
        }

        if (_viewer.Copies - before != Repairs)
        {
            throw new InvalidOperationException(
                $"{_viewer.Copies - before} of {Repairs} packets were sent again."
            );
        }
    }

    private void Forward()
    {
        var pictures = new VideoPictures(_pool);
        for (var picture = 0; picture < Pictures; picture++)
        {
            var sink = new Sink(new(_batch, _pool, _now));
            for (var index = 0; index < VideoPictures.PacketsPerPicture; index++)
            {
                var packet = pictures.Next(_now);
                _track!.Forward(packet, ref sink, _now);
                _pool.Release(packet.Handle);
            }

            _now += PictureTime;
        }
    }

    /// <summary>Writes without waiting.</summary>
    private readonly struct Sink(FanOutSink sink) : IForwardSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            sink.Write((FanOutViewer)subscription.Owner!, packet);
    }
}
