using BenchmarkDotNet.Attributes;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.Micro;

/// <summary>What a copy of a packet costs a viewer who gets only some layers of a stream, of 50: taken in once, judged for
/// each, rewritten where it is sent, without encryption. What is left out on the way to a copy counts with it.</summary>
[Config(typeof(BenchmarkSettings))]
public class ThinningBenchmarks
{
    private const int Viewers = 50;

    /// <summary>As many with each cap, hence a multiple of what each makes of a group.</summary>
    private const int CopiesPerViewer = PicturesPerGroup * LayeredPictures.PacketsPerPicture;
    private const int CopiesPerRun = Viewers * CopiesPerViewer;

    /// <summary>Pictures from one of the lowest temporal layer to the next.</summary>
    private const int PicturesPerGroup = 4;
    private const int PoolSlots = 4096;

    private static readonly TimeSpan PictureTime = TimeSpan.FromMilliseconds(33);

    private readonly PacketPool _pool = new(0, PoolSlots);
    private LayeredPictures? _pictures;
    private Track? _track;
    private Instant _now = Instant.FromMilliseconds(1000);

    /// <summary>How the layers are told: by VP8's payload, or by dependency descriptors, there of VP9.</summary>
    [Params(CodecKind.Vp8, CodecKind.Vp9)]
    public CodecKind Codec { get; set; }

    /// <summary>The highest spatial and temporal layer sent. -1: no cap was ever set, nothing is judged. 2: the highest
    /// there are, which leaves out the lower spatial layers of VP9 and nothing of VP8.</summary>
    [Params(-1, 2, 0)]
    public int Cap { get; set; }

    private int CopiesPerGroup =>
        Cap switch
        {
            < 0 => CopiesPerViewer,
            0 => CopiesPerViewer / PicturesPerGroup / _pictures!.SpatialCount,
            _ => CopiesPerViewer / _pictures!.SpatialCount,
        };

    /// <summary>Attaches the viewers and starts them with a key picture.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _pictures = new(_pool, Codec);
        _track = new(
            new TrackDescription(MediaKind.Video, Codec, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        _track.SetDescriptorExtension(
            Codec == CodecKind.Vp8 ? (byte)0 : LayeredPictures.DescriptorId
        );
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            var subscription = new Subscription(new SequenceNumber(1), 1);
            subscription.Limit(Cap, Cap);
            _track.Attach(subscription, _now);
        }

        var sink = new CountingSink();
        ForwardGroup(ref sink);
    }

    /// <summary>Lets the packets go.</summary>
    [GlobalCleanup]
    public void CleanUp() => _track?.Close();

    /// <summary>So many pictures that the copies are as many, whatever is left out.</summary>
    [Benchmark(OperationsPerInvoke = CopiesPerRun)]
    public void Forward()
    {
        var sink = new CountingSink();
        for (var copies = 0; copies < CopiesPerViewer; copies += CopiesPerGroup)
        {
            ForwardGroup(ref sink);
        }

        if (sink.Copies != CopiesPerRun)
        {
            throw new InvalidOperationException(
                $"{sink.Copies} copies were sent, not {CopiesPerRun}."
            );
        }
    }

    private void ForwardGroup(ref CountingSink sink)
    {
        for (var picture = 0; picture < PicturesPerGroup; picture++)
        {
            for (var index = 0; index < LayeredPictures.PacketsPerPicture; index++)
            {
                var packet = _pictures!.Next(_now);
                _track!.Forward(packet, ref sink, _now);
                _pool.Release(packet.Handle);
            }

            _now += PictureTime;
        }
    }

    /// <summary>Counts what has content: a number that is only filled is no copy.</summary>
    private struct CountingSink : IForwardSink
    {
        public long Copies;

        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            Copies += packet.TailLength > 0 ? 1 : 0;
    }
}
