using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A packet's way through a downlink allocates nothing: TryHold, TryAdd, TryEnter, HandleSent, HandleTimeout,
/// SetPace, SetRate, Pump, Probe (IsDue, NextAt), TryRepeat, IsOverdue, IsOvertaken, HandleLeft, Remove, Leave and PollTimeout.</summary>
public sealed class DownlinkAllocationTests
{
    private const int PacketsPerPicture = 12;

    private readonly PacketPool _pool = new(0, 8192);
    private readonly SendBandwidth _bandwidth = new(new SendBandwidthOptions());
    private readonly Downlink _downlink;
    private readonly Track _track;
    private readonly Subscription _subscription = new(new SequenceNumber(1), 0);
    private readonly TrackPacket _template;
    private long _sequence = 65_536;
    private Instant _now = Instant.FromMilliseconds(1000);
    private long _sent;
    private long _repeated;

    public DownlinkAllocationTests()
    {
        _downlink = new Downlink(_bandwidth, new WaitingRoom([_pool]));
        _track = new Track(
            new TrackDescription(MediaKind.Video, CodecKind.H264, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        var layer = new SyntheticLayer(CodecKind.H264, 1, 0, 0, 0) { PacketsPerFrame = 1 };
        _template = layer.Frame(_pool, isKeyFrame: true, _now)[0];
        _track.Attach(_subscription, _now);
        _downlink.Add(_subscription, isSound: false);
    }

    [Fact]
    public void TryHold_Pump_MorePacketsThanMayLeave_AllocateNothing()
    {
        AllocationAssert.None(Step, iterations: 3000);

        Assert.True(_downlink.Stats.Held > 1000, $"{_downlink.Stats.Held} were held.");
        Assert.True(_sent > 1000, $"{_sent} were sent.");
        Assert.True(_repeated > 1000, $"{_repeated} were repeated.");
    }

    [Fact]
    public void Clear_PacketsThatWait_TheirSlotsAreFreeAgain()
    {
        for (var step = 0; step < 20; step++)
        {
            Step();
        }

        Assert.True(_downlink.WaitingCount > 0);
        _downlink.Clear();
        _track.Close();
        _pool.Release(_template.Handle);

        Assert.Equal(_pool.Slots, _pool.CountFree());
    }

    /// <summary>A picture each 10 ms, and what waits leaves when it may.</summary>
    private void Step()
    {
        var sink = new Sink(this);
        for (var packet = 0; packet < PacketsPerPicture; packet++)
        {
            _sequence++;
            _track.Forward(
                _template with
                {
                    ExtendedSequence = _sequence,
                    Timestamp = (uint)(_now.Ticks / TimeSpan.TicksPerMillisecond * 90),
                    ArrivedAt = _now,
                    IsKeyFrameStart = _sequence % 300 == 0,
                    Marker = packet == PacketsPerPicture - 1,
                },
                ref sink,
                _now
            );
        }

        for (var ms = 0; ms < 10; ms++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            _track.HandleTimeout(ref sink, _now);
            _downlink.HandleTimeout(_now);
            _downlink.Pump(ref sink, _now);
            _ = _downlink.PollTimeout();
        }

        _repeated += _track.TryRepeat(_subscription, back: 3, ref sink, _now) ? 1 : 0;
    }

    private readonly struct Sink(DownlinkAllocationTests test) : IForwardSink, IDownlinkSink
    {
        void IForwardSink.Send(Subscription subscription, in ForwardedPacket packet)
        {
            if (!test._downlink.TryHold(subscription, packet, isSound: false, test._now))
            {
                Write();
            }
        }

        void IDownlinkSink.Send(Subscription subscription, in ForwardedPacket packet) => Write();

        bool IDownlinkSink.SendProbe() => false;

        private void Write()
        {
            test._sent++;
            test._downlink.HandleSent(1000, isPadding: false, test._now);
        }
    }
}
