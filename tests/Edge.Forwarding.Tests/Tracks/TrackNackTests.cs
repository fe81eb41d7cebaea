using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

public sealed class TrackNackTests
{
    private readonly TrackBench _bench = new(CodecKind.Vp8);
    private readonly SyntheticLayer _layer = new(CodecKind.Vp8, 1, 0, 65_530, 7);

    public TrackNackTests()
    {
        _bench.Track.StartSource(1, [], _bench.Now);
    }

    [Fact]
    public void HandleNack_PacketSentBefore_SendsTheSameAgain()
    {
        var (subscription, sent) = _bench.Join(firstSequence: 65_534);
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var lost = sent[4];

        Assert.True(_bench.Nack(subscription, lost.Out));
        Assert.Equal(lost with { IsRetransmission = true, AtMs = _bench.NowMs }, sent[^1]);
        Assert.Equal(1, _bench.Track.Stats.Retransmissions);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(500)]
    [InlineData(30_000)]
    public void HandleNack_NumberNeverSent_IsRefused(int beyondLast)
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var count = sent.Count;
        var number = beyondLast < 0 ? sent[0].Out - 1 : sent[^1].Out + beyondLast;

        Assert.False(_bench.Nack(subscription, number));
        Assert.Equal(count, sent.Count);
        Assert.Equal(1, _bench.Track.Stats.RetransmissionsMissed);
    }

    [Fact]
    public void HandleNack_OlderThanTheHistory_IsRefused()
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 4500, keyFrameInterval: 30, _layer);

        Assert.False(_bench.Nack(subscription, sent[0].Out));
        Assert.True(_bench.Nack(subscription, sent[^60].Out));
    }

    /// <summary>What was thrown away waited too long, and would make the key frame behind it wait as long.</summary>
    [Fact]
    public void HandleNack_NumberThrownAway_IsRefused()
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var thrown = sent[^1].Out;
        _bench.Track.HandleThrownAway(subscription, _bench.Now);
        _bench.Forward(_layer.Frame(_bench.Pool, isKeyFrame: true, _bench.Now));

        Assert.True(sent[^1].Out > thrown);
        Assert.False(_bench.Nack(subscription, thrown));
        Assert.True(_bench.Nack(subscription, sent[^1].Out));
    }

    /// <summary>What waited when the track was paused is thrown away later.</summary>
    [Fact]
    public void HandleNack_NumberThrownAwayAfterAPause_IsRefused()
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var thrown = sent[^1].Out;
        _bench.Track.Starve(subscription, first: 0, _bench.Now);
        Assert.True(_bench.Nack(subscription, thrown));
        _bench.Track.HandleThrownAway(subscription, _bench.Now);

        Assert.False(_bench.Nack(subscription, thrown));
    }

    [Fact]
    public void HandleNack_Flood_IsBounded()
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var answered = 0;
        for (var count = 0; count < 1000; count++)
        {
            answered += _bench.Nack(subscription, sent[5].Out) ? 1 : 0;
        }

        Assert.Equal(Subscription.RetransmissionsMax, answered);
        _bench.AdvanceTo(600);
        Assert.True(_bench.Nack(subscription, sent[5].Out));
    }

    [Fact]
    public void Forward_UpstreamRepairComesLate_FillsItsReservedNumber()
    {
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 100, _layer);
        var frame = _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        _bench.Forward(frame[0]);
        _bench.Forward(frame[2]);
        var hole = sent[^1].Out - 1;
        Assert.Equal(sent[^2].Out + 1, hole);
        Assert.False(_bench.Nack(subscription, hole));
        _bench.AdvanceTo(560);
        _bench.Forward(frame[1]);

        Assert.Equal(hole, sent[^1].Out);
        Assert.False(sent[^1].IsRetransmission);
        Assert.True(_bench.Nack(subscription, hole));
        Assert.True(sent[^1].IsRetransmission);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void Forward_SamePacketTwice_IsSentOnce()
    {
        var (_, sent) = _bench.Join();
        var frame = _layer.Frame(_bench.Pool, isKeyFrame: true, _bench.Now);
        _bench.Forward(frame[0], keepClaim: true);
        _bench.Forward(frame[0]);

        Assert.Single(sent);
        Assert.Equal(1, _bench.Track.Stats.Duplicates);
    }

    [Fact]
    public void Forward_PaddingOnly_ClosesUpAndNeverReachesTheViewer()
    {
        var (_, sent) = _bench.Join();
        for (var frame = 0; frame < 20; frame++)
        {
            _bench.Forward(_layer.Frame(_bench.Pool, frame == 0, _bench.Now));
            _bench.Forward(_layer.Padding(_bench.Pool, _bench.Now));
            _bench.Forward(_layer.Padding(_bench.Pool, _bench.Now));
            _bench.AdvanceTo(_bench.NowMs + 33);
        }

        Assert.Equal(60, sent.Count);
        Assert.Equal(sent[0].Out + 59, sent[^1].Out);
    }

    [Fact]
    public void Forward_PaddingAfterItsNumberWasReserved_FillsItWithAnEmptyPacket()
    {
        var (_, sent) = _bench.Join();
        _bench.Publish(untilMs: 100, keyFrameInterval: 100, _layer);
        var padding = _layer.Padding(_bench.Pool, _bench.Now);
        _bench.Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now));
        var hole = sent[^3].Out - 1;
        _bench.Forward(padding);

        Assert.True(sent[^1].IsFiller);
        Assert.Equal(hole, sent[^1].Out);
    }

    [Fact]
    public void Close_WithViewersAndCaches_ReleasesEverything()
    {
        _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 100, _layer);
        Assert.Equal(_bench.Pool.Slots - _bench.Track.CachedPackets, _bench.Pool.CountFree());
        _bench.Track.Close();

        Assert.Equal(_bench.Pool.Slots, _bench.Pool.CountFree());
    }
}
