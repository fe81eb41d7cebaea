using Edge.Forwarding.Allocation;
using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

public sealed class TrackSwitchTests
{
    private static readonly Rid Low = Rid.Create("l");
    private static readonly Rid High = Rid.Create("h");

    private readonly TrackBench _bench = new(CodecKind.Vp8);
    private readonly SyntheticLayer _low = new(CodecKind.Vp8, 1, 0, 65_530, 7)
    {
        PacketsPerFrame = 1,
    };
    private readonly SyntheticLayer _high = new(CodecKind.Vp8, 1, 1, 3, 4_000_000_000);

    [Fact]
    public void Forward_BetterLayerComesAlive_SwitchesAtItsKeyFrameOnly()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 1000, _low);
        _high.SkipKeyFrames = true;
        _low.SkipKeyFrames = true;
        _bench.Publish(untilMs: 2400, keyFrameInterval: 1000, _low, _high);
        Assert.Equal(0, subscription.CurrentLayer);
        Assert.Equal(1, subscription.TargetLayer);
        Assert.Contains(_bench.Requests, request => request.Layer == 1);

        _high.SkipKeyFrames = false;
        _bench.Publish(untilMs: 3000, keyFrameInterval: 1000, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        Assert.Equal(1, _bench.Track.Stats.LayerSwitches);
        Assert.True(sent.First(packet => packet.Layer == 1).IsKeyFrameStart);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>The layer listed first is the better one here: rates decide, not the offer.</summary>
    [Fact]
    public void Forward_RidsListedBestFirst_TheFasterLayerIsChosen()
    {
        _bench.Track.StartSource(1, [High, Low], _bench.Now);
        var best = new SyntheticLayer(CodecKind.Vp8, 1, 0, 1, 1) { PacketsPerFrame = 6 };
        var least = new SyntheticLayer(CodecKind.Vp8, 1, 1, 1, 1) { PacketsPerFrame = 1 };
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 4000, keyFrameInterval: 30, best, least);

        Assert.Equal(0, subscription.CurrentLayer);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>A better layer that sleeps is wished for whichever place the offer gave it.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void SetAllocation_RoomForALayerThatSleeps_ItIsWanted(int given, int asleep)
    {
        Start();
        var (subscription, _) = _bench.Join();
        _bench.Publish(untilMs: 1000, keyFrameInterval: 30, _low, _high);
        var step = new LayerStep((sbyte)given, Bitrate.FromKilobits(100));

        _bench.Track.SetAllocation(subscription, step, asleep, _bench.Now);

        Assert.Equal(asleep, subscription.WishedLayer);
        Assert.Equal(given, subscription.TargetLayer);
    }

    [Fact]
    public void Forward_CurrentLayerGoesSilent_FallsBackWithinASecondAndReturns()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 30, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        _bench.Publish(untilMs: 5500, keyFrameInterval: 30, _low);
        Assert.Equal(0, subscription.CurrentLayer);
        Assert.InRange(sent.Last(packet => packet.Layer == 1).AtMs, 2900, 3000);
        Assert.InRange(
            sent.First(packet => packet.Layer == 0 && packet.AtMs > 3000).AtMs,
            3300,
            3800
        );
        _bench.Publish(untilMs: 8000, keyFrameInterval: 30, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void SetPreferredRid_ByHand_GoesThereAndBack()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 15, _low, _high);
        _bench.Track.SetPreferredRid(subscription, Low, LayerFallback.Quality, _bench.Now);
        _bench.Publish(untilMs: 4000, keyFrameInterval: 15, _low, _high);
        Assert.Equal(0, subscription.CurrentLayer);
        _bench.Track.SetPreferredRid(subscription, default, LayerFallback.Quality, _bench.Now);
        _bench.Publish(untilMs: 5000, keyFrameInterval: 15, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void SetPreferredRid_NotThereAndNoFallback_StaysUntilItComes()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 2000, keyFrameInterval: 15, _low);
        Assert.Equal(0, subscription.CurrentLayer);
        _bench.Track.SetPreferredRid(subscription, High, LayerFallback.None, _bench.Now);
        _bench.Publish(untilMs: 4000, keyFrameInterval: 15, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        _bench.Publish(untilMs: 7000, keyFrameInterval: 15, _low);
        Assert.DoesNotContain(sent, packet => packet.Layer == 0 && packet.AtMs > 4100);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>A publisher that stops what nobody wants hears of a wish for it: it would never come back else.</summary>
    [Theory]
    [InlineData(LayerFallback.None)]
    [InlineData(LayerFallback.Quality)]
    [InlineData(LayerFallback.Alphabetical)]
    public void WantedLayers_WishedLayerThatIsDead_IsAmongThem(LayerFallback fallback)
    {
        Start();
        var (subscription, _) = _bench.Join();
        _bench.Publish(untilMs: 2000, keyFrameInterval: 15, _low);
        _bench.Track.SetPreferredRid(subscription, Low, LayerFallback.Quality, _bench.Now);
        Assert.Equal(0b01u, _bench.Track.WantedLayers);
        var choices = _bench.Track.Choices;

        _bench.Track.SetPreferredRid(subscription, High, fallback, _bench.Now);

        Assert.Equal(0b11u, _bench.Track.WantedLayers);
        Assert.True(_bench.Track.Choices > choices);
        Assert.Equal(0, subscription.CurrentLayer);
    }

    /// <summary>Whoever wants the best wants it also while it is not there.</summary>
    [Fact]
    public void WantedLayers_BestLayerIsDead_IsAmongThem()
    {
        Start();
        _bench.Join();
        _bench.Publish(untilMs: 2000, keyFrameInterval: 15, _low);

        Assert.Equal(0b11u, _bench.Track.WantedLayers);
    }

    /// <summary>Rids h and l: behind h comes l, behind l nothing, so that l takes what is before it.</summary>
    [Theory]
    [InlineData("a", 1)]
    [InlineData("h", 1)]
    [InlineData("i", 0)]
    [InlineData("z", 0)]
    public void SetPreferredRid_Alphabetical_IsTheNextOneBehind(string wanted, int layer)
    {
        Start();
        var (subscription, _) = _bench.Join();
        _bench.Publish(untilMs: 1000, keyFrameInterval: 15, _low, _high);
        var rid = Rid.Create(wanted);
        _bench.Track.SetPreferredRid(subscription, rid, LayerFallback.Alphabetical, _bench.Now);
        _bench.Publish(untilMs: 2000, keyFrameInterval: 15, _low, _high);
        Assert.Equal(layer, subscription.CurrentLayer);
    }

    [Fact]
    public void SetLayerAllocation_LayerSwitchedOff_LeavesItAtOnce()
    {
        Start();
        var (subscription, _) = _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 10, _low, _high);
        Assert.Equal(1, subscription.CurrentLayer);
        _bench.Track.SetLayerAllocation(1, pixels: 0, isActive: false, _bench.Now);
        _bench.Publish(untilMs: 3400, keyFrameInterval: 10, _low);
        Assert.Equal(0, subscription.CurrentLayer);
    }

    [Fact]
    public void SetLayerAllocation_LayerSwitchedOff_LatePacketsOfItDoNotBringItBack()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 10, _low, _high);
        _bench.Track.SetLayerAllocation(1, pixels: 0, isActive: false, _bench.Now);
        _bench.Publish(untilMs: 3200, keyFrameInterval: 2, _low, _high);

        Assert.Equal(0, subscription.CurrentLayer);
        Assert.Equal(0, subscription.TargetLayer);
        Assert.DoesNotContain(sent, packet => packet.Layer == 1 && packet.AtMs > 3040);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void SetLayerAllocation_LayerSwitchedOnAgain_IsChosenAgain()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 10, _low, _high);
        _bench.Track.SetLayerAllocation(1, pixels: 0, isActive: false, _bench.Now);
        _bench.Publish(untilMs: 3100, keyFrameInterval: 10, _low);
        _bench.Track.SetLayerAllocation(1, pixels: 1280 * 720, isActive: true, _bench.Now);
        _bench.Publish(untilMs: 4000, keyFrameInterval: 10, _low, _high);

        Assert.Equal(1, subscription.CurrentLayer);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>Both layers' sender reports name one clock; the sent timestamps follow capture.</summary>
    [Theory]
    [InlineData(980, 23)]
    [InlineData(957, 33)]
    [InlineData(945, 33)]
    public void Forward_SwitchWithSenderReports_TimestampFollowsCaptureTime(
        int capturedMs,
        int advanceMs
    )
    {
        Start();
        var (_, sent) = _bench.Join();
        var ntp = NtpTimestamp.FromUnixTime(TimeSpan.FromSeconds(1000));
        _bench.Track.SetSenderReport(0, ntp, _low.TimestampAt(Instant.Zero));
        _bench.Track.SetSenderReport(1, ntp, _high.TimestampAt(Instant.Zero));
        _bench.Publish(untilMs: 990, keyFrameInterval: 1000, _low);

        // The last low frame was captured at 957 ms; the high layer's comes late.
        var captured = Instant.FromMilliseconds(capturedMs);
        _bench.Track.SetLayerAllocation(1, pixels: 1000, isActive: true, _bench.Now);
        _bench.AdvanceTo(1020);
        _bench.Forward(_high.Frame(_bench.Pool, isKeyFrame: true, captured).Select(Now));
        var low = sent.Last(packet => packet.Layer == 0);
        var high = sent.First(packet => packet.Layer == 1);

        // What was captured no later than the last sent is pushed one frame forward.
        Assert.Equal(advanceMs * 90, (int)(high.Timestamp - low.Timestamp));
    }

    [Fact]
    public void Forward_PublisherComesBack_NumbersGoOnFromItsFirstKeyFrame()
    {
        Start();
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 2000, keyFrameInterval: 30, _low, _high);
        var before = sent.Count;
        _bench.Track.EndSource(_bench.Now);
        _bench.Forward(_low.Frame(_bench.Pool, isKeyFrame: true, _bench.Now));
        Assert.Equal(before, sent.Count);
        Assert.Equal(0, _bench.Track.CachedPackets);

        _bench.AdvanceTo(7000);
        _bench.Track.StartSource(2, [Low, High], _bench.Now);
        var low = new SyntheticLayer(CodecKind.Vp8, 2, 0, 40_000, 12) { IsShortPictureId = true };
        low.SkipKeyFrames = true;
        _bench.Publish(untilMs: 7400, keyFrameInterval: 1000, low);
        Assert.Equal(before, sent.Count);
        Assert.Equal(SubscriptionState.Waiting, subscription.State);
        Assert.InRange(_bench.Requests[^1].AtMs, 7000, 7400);

        low.SkipKeyFrames = false;
        _bench.Publish(untilMs: 9000, keyFrameInterval: 1000, low);
        Assert.True(sent[before].IsKeyFrameStart);
        Assert.Equal(7400, sent[before].AtMs, tolerance: 10);
        Assert.Equal(sent[before - 1].Out + 1, sent[before].Out);
        var pauseMs = (sent[before].Timestamp - sent[before - 1].Timestamp) / 90.0;
        Assert.InRange(pauseMs, 5300, 5500);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void Forward_NewEpochBeforeStartSource_IsFollowedAndTheOldOneRefused()
    {
        Start();
        var (_, sent) = _bench.Join();
        _bench.Publish(untilMs: 500, keyFrameInterval: 30, _low);
        var late = _low.Frame(_bench.Pool, isKeyFrame: true, _bench.Now);
        var next = new SyntheticLayer(CodecKind.Vp8, 2, 0, 5, 5);
        _bench.Publish(untilMs: 600, keyFrameInterval: 30, next);
        _bench.Track.StartSource(2, [Low, High], _bench.Now);
        _bench.Publish(untilMs: 900, keyFrameInterval: 30, next);
        var count = sent.Count;
        _bench.Forward(late);

        Assert.Equal(count, sent.Count);
        Assert.Equal(2, _bench.Track.SourceEpoch);
        Assert.Equal(2, sent[^1].Epoch);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    [Fact]
    public void Forward_PublishersClockJumps_TimestampsGoOn()
    {
        Start();
        var (_, sent) = _bench.Join();
        _bench.Publish(untilMs: 1000, keyFrameInterval: 1000, _low);
        _low.ClockJump = 3_000_000_000;
        _low.SkipKeyFrames = true;
        _bench.Publish(untilMs: 2000, keyFrameInterval: 1000, _low);
        for (var index = 1; index < sent.Count; index++)
        {
            Assert.InRange(
                unchecked((int)(sent[index].Timestamp - sent[index - 1].Timestamp)),
                1,
                90 * 80
            );
            Assert.Equal(sent[index - 1].Out + 1, sent[index].Out);
        }
    }

    [Fact]
    public void Attach_DetachedFromAnotherShard_GoesOnWithoutGapOrKeyFrame()
    {
        var other = new TrackBench(CodecKind.Vp8, pool: _bench.Pool);
        Start();
        other.Track.StartSource(1, [Low, High], other.Now);
        var (subscription, sent) = _bench.Join();
        for (var frame = 0; frame < 100; frame++)
        {
            if (frame == 30)
            {
                _bench.Track.Detach(subscription);
            }
            else if (frame == 33)
            {
                other.Track.Attach(subscription, other.Now);
            }

            var packets = _low.Frame(_bench.Pool, frame == 0, _bench.Now);
            foreach (var packet in packets)
            {
                _bench.Forward(packet, keepClaim: true);
                other.Forward(packet);
            }

            _bench.AdvanceTo(_bench.NowMs + 33);
            other.AdvanceTo(_bench.NowMs);
        }

        Assert.Equal(100, sent.Count);
        Assert.Equal(SubscriptionState.Live, subscription.State);
        Expect.Continuous(sent, CodecKind.Vp8);
        Assert.Empty(other.Requests);
        Assert.True(other.Nack(subscription, sent[50].Out));
        Assert.Equal(sent[50] with { AtMs = sent[^1].AtMs, IsRetransmission = true }, sent[^1]);
    }

    private TrackPacket Now(TrackPacket packet) => packet with { ArrivedAt = _bench.Now };

    private void Start() => _bench.Track.StartSource(1, [Low, High], _bench.Now);
}
