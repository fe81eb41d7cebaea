using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>The packet path of a track and its subscriptions allocates nothing: Forward (with TrySend
/// and Rewrite), HandleNack (with TryFindSent and Resend), HandleTimeout, PollTimeout and
/// PollKeyFrameRequest.</summary>
public sealed class TrackAllocationTests
{
    private const int Viewers = 4;

    private readonly PacketPool _pool = new(0, 8192);
    private readonly Track _track;
    private readonly Subscription[] _viewers = new Subscription[Viewers];
    private TrackPacket _template;
    private CountingSink _sink;
    private long _sequence = 65_536;
    private Instant _now;

    public TrackAllocationTests()
    {
        _track = new Track(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        var layer = new SyntheticLayer(CodecKind.Vp8, 1, 0, 0, 0) { PacketsPerFrame = 1 };
        _template = layer.Frame(_pool, isKeyFrame: true, _now)[0];
        for (var index = 0; index < Viewers; index++)
        {
            _viewers[index] = new Subscription(new((ushort)index), 0);
            _track.Attach(_viewers[index], _now);
        }
    }

    [Fact]
    public void Forward_KeyFramesLossAndPadding_AllocatesNothing()
    {
        AllocationAssert.None(Step);
        Assert.True(_sink.Packets > Viewers * 9_000);
    }

    [Fact]
    public void HandleNack_AnsweredAndNot_AllocatesNothing()
    {
        AllocationAssert.None(() =>
        {
            Step();
            _track.HandleNack(_viewers[Viewers - 1], _sink.Last + -20, ref _sink, _now);
            _track.HandleNack(_viewers[Viewers - 1], _sink.Last + 9000, ref _sink, _now);
        });
        Assert.True(_track.Stats.Retransmissions > 1000);
    }

    [Fact]
    public void HandleTimeout_WithViewersThatComeAndGo_AllocatesNothing()
    {
        AllocationAssert.None(() =>
        {
            Step();
            _track.Detach(_viewers[3]);
            _track.Attach(_viewers[3], _now);
            _track.HandleKeyFrameRequest(_viewers[1], _now);
            _track.HandleTimeout(ref _sink, _now);
            _track.PollTimeout();
            _track.PollKeyFrameRequest(out _, _now);
        });
    }

    /// <summary>A packet each millisecond, a key frame each 300, every 50th lost, every 40th padding.
    /// All share one slot: only counts matter here.</summary>
    private void Step()
    {
        _now += TimeSpan.FromMilliseconds(1);
        _sequence += _sequence % 50 == 0 ? 2 : 1;
        var packet = _template with
        {
            ExtendedSequence = _sequence,
            Timestamp = (uint)(_now.Ticks / TimeSpan.TicksPerMillisecond * 90),
            ArrivedAt = _now,
            IsKeyFrameStart = _sequence % 300 == 0,
            PayloadLength = _sequence % 40 == 0 ? (ushort)0 : _template.PayloadLength,
        };
        _track.Forward(packet, ref _sink, _now);
    }
}
