using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Congestion.Sending.Probing;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Probing;

public sealed class ProbingTests
{
    private static readonly Bitrate Start = Bitrate.FromKilobits(300);

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly ProbeController _controller = new(Bitrate.FromKilobits(20_000));
    private readonly ProbeEstimator _estimator = new();
    private readonly AlrDetector _idle = new();

    [Fact]
    public void HandleStart_Once_AsksForThreeAndSixTimes()
    {
        _controller.HandleStart(Start, Instant.Zero);
        _controller.HandleStart(Start, Instant.Zero);

        // 25 ms at 900 kbit/s are 2812 bytes, at 1800 kbit/s 5625.
        Assert.Equal(
            [
                new ProbeRequest(1, Bitrate.FromKilobits(900), 2812, 5),
                new ProbeRequest(2, Bitrate.FromKilobits(1800), 5625, 5),
            ],
            Take()
        );
    }

    [Fact]
    public void HandleResult_MostWentThrough_AsksForTwiceOfIt()
    {
        _controller.HandleStart(Start, Instant.Zero);
        Take();
        // 0.7 of 1800 are 1260.
        _controller.HandleResult(Bitrate.FromKilobits(1260), Start, Seconds(0.2));
        Assert.Empty(Take());

        _controller.HandleResult(Bitrate.FromKilobits(1500), Start, Seconds(0.2));
        Assert.Equal(Bitrate.FromKilobits(3000), Assert.Single(Take()).Rate);
        _controller.HandleResult(Bitrate.FromKilobits(2900), Start, Seconds(1.3));
        Assert.Empty(Take());
    }

    /// <summary>A viewer waits for a picture: what the first probes left open is looked for at once.</summary>
    [Fact]
    public void HandleCalm_AtTheStart_AsksForTwiceEachRoundTripAndLonger()
    {
        Begin();
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(0.3));
        Assert.Empty(Take());
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(0.5));

        // 50 ms of twice the rate.
        Assert.Equal(
            (Bitrate.FromKilobits(600), 3750),
            Assert.Single(Take()) is var probe ? (probe.Rate, probe.Bytes) : default
        );
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(0.7));
        Assert.Empty(Take());
    }

    [Fact]
    public void HandleCalm_Idle_AsksForTwiceEveryFiveSeconds()
    {
        Begin();
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(5));
        Assert.Equal(Bitrate.FromKilobits(600), Assert.Single(Take()).Rate);
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(9.9));
        Assert.Empty(Take());
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(10));
        Assert.Single(Take());
    }

    [Fact]
    public void HandleCalm_MoreIsWanted_AsksForHalfMoreMoreOften()
    {
        Begin();
        _controller.HandleCalm(Start, isIdle: false, RoundTrip, Seconds(6));
        Take();
        _controller.HandleCalm(Start, isIdle: false, RoundTrip, Seconds(8.4));
        _controller.HandleCalm(Start, isIdle: false, RoundTrip * 3, Seconds(9.5));
        Assert.Empty(Take());
        _controller.HandleCalm(Start, isIdle: false, RoundTrip * 3, Seconds(9.6));
        Assert.Equal(Bitrate.FromKilobits(450), Assert.Single(Take()).Rate);
    }

    [Fact]
    public void HandleCalm_AllThatIsWanted_AsksForNothing()
    {
        Begin();
        _controller.HandleWanted(Start, Start, Seconds(1));
        _controller.HandleCalm(Start, isIdle: false, RoundTrip, Seconds(100));
        _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(100));

        Assert.Empty(Take());
    }

    [Fact]
    public void HandleWanted_More_AsksForItAndTwice()
    {
        Begin();
        _controller.HandleWanted(Bitrate.FromKilobits(200), Start, Seconds(2));
        Assert.Empty(Take());
        _controller.HandleWanted(Bitrate.FromKilobits(1000), Start, Seconds(2));

        Assert.Equal([1000, 2000], Take().Select(probe => probe.Rate.BitsPerSecond / 1000));
    }

    /// <summary>A fall by steps counts from its beginning.</summary>
    [Fact]
    public void HandleRecovery_AfterAFallByAThird_AsksForMostOfIt()
    {
        Begin();
        _controller.HandleFall(Kbps(1000), Kbps(850), Seconds(10));
        _controller.HandleFall(Kbps(850), Kbps(700), Seconds(10.2));
        _controller.HandleRecovery(Kbps(700), Seconds(11));
        Assert.Empty(Take());

        _controller.HandleFall(Kbps(700), Kbps(600), Seconds(10.4));
        _controller.HandleRecovery(Kbps(600), Seconds(11));
        Assert.Equal(Kbps(850), Assert.Single(Take()).Rate);
        _controller.HandleRecovery(Kbps(600), Seconds(20));
        Assert.Empty(Take());
    }

    /// <summary>A wish that wavers is not asked for each time, another layer at once.</summary>
    [Fact]
    public void HandleWanted_UpAndDown_AsksOnceInAWhile()
    {
        Begin();
        var asked = 0;
        for (var step = 0; step < 100; step++)
        {
            _controller.HandleWanted(
                Kbps(step % 2 == 0 ? 1000 : 1100),
                Start,
                Seconds(2 + step * 0.6)
            );
            asked += Take().Count;
        }

        // Two each five seconds of sixty.
        Assert.InRange(asked, 2, 26);
        _controller.HandleWanted(Kbps(2000), Start, Seconds(64));
        Assert.Equal(2, Take().Count);
    }

    /// <summary>At twice of what is wanted there is nothing further, whatever goes through.</summary>
    [Fact]
    public void HandleResult_AtTheMost_AsksForNothing()
    {
        Begin();
        _controller.HandleWanted(Kbps(100), Start, Seconds(1));
        _controller.HandleWanted(Kbps(500), Start, Seconds(2));
        Assert.Equal(Kbps(1000), Take()[^1].Rate);
        for (var step = 0; step < 10; step++)
        {
            _controller.HandleResult(Kbps(900 + step), Kbps(900 + step), Seconds(2.1));
        }

        Assert.Empty(Take());
    }

    /// <summary>Probes that nobody took are not sent a minute later.</summary>
    [Fact]
    public void TryTake_LongAfter_IsOnlyTheNewest()
    {
        _controller.HandleStart(Start, Seconds(0));
        _controller.HandleCalm(Kbps(400), isIdle: true, RoundTrip, Seconds(60));

        Assert.Equal(Kbps(800), Assert.Single(Take()).Rate);
    }

    [Fact]
    public void TryTake_ManyProbes_HaveNumbersOfOneByte()
    {
        Begin();
        for (var step = 1; step < 600; step++)
        {
            _controller.HandleCalm(Start, isIdle: true, RoundTrip, Seconds(step * 6));
            Assert.InRange(Assert.Single(Take()).Cluster, 1, 255);
        }
    }

    /// <summary>What came all at once is tested again, for longer: 25 ms at 450 kbit/s are 1406 bytes.</summary>
    [Fact]
    public void HandleLump_Repeated_AsksForLongerProbesTwice()
    {
        Begin();
        _controller.HandleCalm(Start, isIdle: false, RoundTrip, Seconds(6));
        for (var step = 0; step < 5; step++)
        {
            _controller.HandleLump(Start, Seconds(6.1));
        }

        Assert.Equal([1406, 2812, 5625], Take().Select(probe => probe.Bytes));
        _controller.HandleLump(Start, Seconds(10));
        Assert.Empty(Take());
    }

    [Fact]
    public void HandleReturn_AfterSilence_AsksForMostOfWhatWas()
    {
        Begin();
        _controller.HandleReturn(Kbps(2000), Start, Seconds(100));

        Assert.Equal(Kbps(1700), Assert.Single(Take()).Rate);
    }

    [Fact]
    public void TryTake_MoreThanPlaces_IsBounded()
    {
        Begin();
        for (var index = 1; index < 20; index++)
        {
            _controller.HandleResult(Kbps(1000 * index), Start, Seconds(0));
        }

        Assert.InRange(Take().Count, 1, ProbeController.PendingMax);
    }

    /// <summary>Five packets of 1000 bytes in 32 ms: four of them in the time between first and last.</summary>
    [Fact]
    public void TryMeasure_ProbeWentThrough_IsTheRateSent()
    {
        Assert.True(
            Probe(sendEveryMs: 8, arriveEveryMs: 8, count: 5, out var measured, out var full)
        );
        Assert.Equal(Kbps(1000), measured);
        Assert.False(full);
    }

    [Fact]
    public void TryMeasure_ProbeCameMoreSlowly_IsALittleLessThanReceived()
    {
        Assert.True(
            Probe(sendEveryMs: 8, arriveEveryMs: 16, count: 5, out var measured, out var full)
        );
        Assert.Equal(Kbps(475), measured);
        Assert.True(full);
    }

    /// <summary>A large packet first and small ones last, as they left: 2820 bytes less half of 1200 and of 140
    /// in 50 ms.</summary>
    [Fact]
    public void TryMeasure_UnequalPackets_AreNoFullPath()
    {
        _estimator.HandleRequest(new ProbeRequest(3, Kbps(340), 1060, 5));
        var measured = Bitrate.Zero;
        var isFull = true;
        var ms = 0;
        foreach (
            var (bytes, gapMs) in (ReadOnlySpan<(int, int)>)
                [(1200, 0), (1200, 28), (140, 2), (140, 10), (140, 10)]
        )
        {
            ms += gapMs;
            var result = new PacketResult(
                Instant.FromMilliseconds(ms),
                TimeSpan.FromMilliseconds(ms),
                new SentPacket(bytes, SentPacketKind.Media, ProbeCluster: 3),
                PacketFate.Received
            );
            _estimator.TryMeasure(result, out measured, out isFull);
        }

        Assert.False(isFull);
        Assert.Equal(Kbps(344), measured);
    }

    [Fact]
    public void TryMeasure_PacketsCameTogether_IsNothing() =>
        Assert.False(Probe(sendEveryMs: 8, arriveEveryMs: 3, count: 5, out _, out _));

    [Fact]
    public void TryMeasure_LessThanFourFifths_IsNothing()
    {
        Assert.False(Probe(sendEveryMs: 8, arriveEveryMs: 8, count: 3, out _, out _));
        Assert.True(Probe(sendEveryMs: 8, arriveEveryMs: 8, count: 4, out _, out _));
    }

    [Fact]
    public void IsIdle_HalfTheEstimateSent_BeginsAndEnds()
    {
        _idle.SetEstimate(Kbps(1000));
        SendFor(seconds: 2, kbps: 1000, fromSeconds: 0);
        Assert.False(_idle.IsIdle);
        SendFor(seconds: 20, kbps: 500, fromSeconds: 2);
        Assert.True(_idle.IsIdle);
        SendFor(seconds: 2, kbps: 1000, fromSeconds: 22);
        Assert.False(_idle.IsIdle);
        Assert.True(_idle.WasIdleLately(Seconds(24)));
        Assert.False(_idle.WasIdleLately(Seconds(30)));
    }

    private void SendFor(int seconds, int kbps, int fromSeconds)
    {
        for (var ms = 0; ms < seconds * 1000; ms += 8)
        {
            _idle.HandleSent(kbps, Instant.FromMilliseconds(fromSeconds * 1000 + ms));
        }
    }

    private bool Probe(
        double sendEveryMs,
        double arriveEveryMs,
        int count,
        out Bitrate measured,
        out bool isSaturated
    )
    {
        _estimator.HandleRequest(new ProbeRequest(3, Kbps(1000), 5000, 5));
        measured = Bitrate.Zero;
        isSaturated = false;
        var hasResult = false;
        for (var index = 0; index < count; index++)
        {
            var result = new PacketResult(
                Instant.FromMilliseconds(index * sendEveryMs),
                TimeSpan.FromMilliseconds(1000 + index * arriveEveryMs),
                new SentPacket(1000, SentPacketKind.Padding, ProbeCluster: 3),
                PacketFate.Received
            );
            hasResult = _estimator.TryMeasure(result, out measured, out isSaturated);
        }

        return hasResult;
    }

    private void Begin()
    {
        _controller.HandleStart(Start, Instant.Zero);
        Take();
    }

    private List<ProbeRequest> Take()
    {
        var taken = new List<ProbeRequest>();
        while (_controller.TryTake(out var probe))
        {
            taken.Add(probe);
        }

        return taken;
    }

    private static Bitrate Kbps(long kbps) => Bitrate.FromKilobits(kbps);

    private static Instant Seconds(double seconds) => Instant.FromMilliseconds(seconds * 1000);
}
