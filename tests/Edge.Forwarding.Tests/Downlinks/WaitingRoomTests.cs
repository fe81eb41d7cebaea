using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>The places of a shard's packets that wait, and who gets them.</summary>
public sealed class WaitingRoomTests
{
    private const int Places = 64;

    private readonly PacketPool _pool = new(0, 1024);
    private Instant _now = Instant.FromMilliseconds(1000);
    private readonly Track _track;
    private readonly Downlink _greedy;
    private readonly Downlink _modest;
    private readonly TrackPacket _template;
    private long _sequence = 65_536;

    public WaitingRoomTests()
    {
        var room = new WaitingRoom([_pool], Places);
        _greedy = new Downlink(new SendBandwidth(new SendBandwidthOptions()), room);
        _modest = new Downlink(new SendBandwidth(new SendBandwidthOptions()), room);
        _track = new Track(
            new TrackDescription(MediaKind.Video, CodecKind.H264, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        _template = new SyntheticLayer(CodecKind.H264, 1, 0, 0, 0) { PacketsPerFrame = 1 }.Frame(
            _pool,
            isKeyFrame: true,
            _now
        )[0];
    }

    /// <summary>A viewer whose network takes nothing gets half of the places; then what waits for it goes, and
    /// another one finds places all the while.</summary>
    [Fact]
    public void TryHold_NetworkThatTakesNothing_GetsNoMorePlacesThanAreFree()
    {
        var held = Flood(_greedy, packets: 4 * Places);
        Assert.InRange(held, Places / 2, (Places / 2) + 1);
        Assert.True(_greedy.PollTimeout() <= _now);
        Assert.True(Flood(_modest, packets: 100) > 0);

        _greedy.HandleTimeout(_now);

        Assert.Equal(0, _greedy.WaitingCount);
        Assert.Equal(held, _greedy.Stats.ThrownAway);
        Assert.True(_greedy.PollTimeout() > _now);
        Assert.True(_modest.WaitingCount > 0);
    }

    /// <summary>Shows packets to a downlink that lets none of them go; returns how many wait.</summary>
    private int Flood(Downlink downlink, int packets)
    {
        _now += TimeSpan.FromMilliseconds(10);
        var subscription = new Subscription(new SequenceNumber(1), 0);
        _track.Attach(subscription, _now);
        downlink.Add(subscription, isSound: false);
        downlink.Allocate(_now);
        var sink = new Sink(downlink, _now);
        for (var packet = 0; packet < packets; packet++)
        {
            _sequence++;
            _track.Forward(
                _template with
                {
                    ExtendedSequence = _sequence,
                    IsKeyFrameStart = packet == 0,
                    Timestamp = (uint)(_now.Ticks / TimeSpan.TicksPerMillisecond * 90),
                    ArrivedAt = _now,
                },
                ref sink,
                _now
            );
        }

        _track.Detach(subscription);
        return downlink.WaitingCount;
    }

    private readonly struct Sink(Downlink downlink, Instant now) : IForwardSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet)
        {
            if (!downlink.TryHold(subscription, packet, isSound: false, now))
            {
                downlink.HandleSent(1000, isPadding: false, now);
            }
        }
    }
}
