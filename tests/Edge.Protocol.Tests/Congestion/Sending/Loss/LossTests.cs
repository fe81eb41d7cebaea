using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Loss;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Loss;

public sealed class LossTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);
    private static readonly Bitrate Min = Bitrate.FromKilobits(50);
    private static readonly Bitrate Max = Bitrate.FromKilobits(10_000);
    private static readonly Bitrate Target = Bitrate.FromKilobits(1000);

    private readonly LossController _loss = new(Min, Max);
    private readonly ReportedLosses _reports = new();
    private int _ms;

    [Fact]
    public void Limit_NoHeavyLoss_IsNone()
    {
        Decide(received: 100, lost: 0);

        Assert.Equal(Max, _loss.Limit);
    }

    /// <summary>30 of 100: down by half of that share.</summary>
    [Fact]
    public void Limit_HeavyLoss_FallsByHalfOfIt()
    {
        Decide(received: 70, lost: 30);

        Assert.Equal(0.3, _loss.Fraction, 6);
        Assert.Equal(Bitrate.FromKilobits(850), _loss.Limit);
    }

    [Fact]
    public void Limit_ModerateLoss_StaysAtTheTarget()
    {
        Decide(received: 95, lost: 5);

        Assert.Equal(Target, _loss.Limit);
    }

    [Fact]
    public void Limit_LowLossAfterHeavy_GrowsEightPercentASecond()
    {
        Decide(received: 70, lost: 30);
        Decide(received: 100, lost: 0, elapsedMs: 1000);

        Assert.InRange(_loss.Limit.BitsPerSecond, 918_990, 919_001);
    }

    [Fact]
    public void Limit_FewPackets_DecideNothing()
    {
        Decide(received: 10, lost: 9);

        Assert.Equal(Max, _loss.Limit);
        Assert.Equal(0, _loss.Fraction);
    }

    /// <summary>3 of 20 are 15 %, with a standard error of 8: that may be moderate.</summary>
    [Fact]
    public void Limit_ShareOfFewPackets_IsTakenWithItsError()
    {
        Decide(received: 17, lost: 3);
        Assert.Equal(Target, _loss.Limit);
    }

    [Fact]
    public void Count_LostPacketThatCame_TakesItsLossBack()
    {
        _loss.Update(Target, RoundTrip, Instant.Zero);
        _loss.Count(received: 70, lost: 30);
        _loss.Count(received: 30, lost: -30);
        _loss.Update(Target, RoundTrip, Instant.FromMilliseconds(400));

        Assert.Equal(0, _loss.Fraction);
    }

    [Fact]
    public void HandleProbe_MoreThanTheLimit_RaisesIt()
    {
        Decide(received: 70, lost: 30);
        _loss.HandleProbe(Bitrate.FromKilobits(2000));

        Assert.Equal(Bitrate.FromKilobits(2000), _loss.Limit);
    }

    /// <summary>What it knows is read in another process, which takes no more than the most.</summary>
    [Fact]
    public void HandleProbe_MoreThanTheMost_IsTheMostAndCanBeRead()
    {
        _loss.HandleProbe(Max * 2);
        using var writer = new StateWriter(Instant.Zero, bytesMax: 1000);
        _loss.Write(writer);
        var reader = new StateReader(writer.Written, Instant.Zero);
        var moved = new LossController(Min, Max);
        moved.Read(ref reader);

        Assert.False(reader.IsBroken);
        Assert.Equal(Max, moved.Limit);
    }

    [Fact]
    public void TryAdd_SecondReport_TellsTheDifference()
    {
        Assert.False(Report(highest: 100, lost: 3, neverSent: 0, out _, out _));

        Assert.True(Report(highest: 200, lost: 13, neverSent: 0, out var received, out var lost));
        Assert.Equal(10, lost);
        Assert.Equal(90, received);
        Assert.False(Report(highest: 200, lost: 13, neverSent: 0, out _, out _));
    }

    /// <summary>What was lost before us was never sent: it is not this viewer's loss.</summary>
    [Fact]
    public void TryAdd_NumbersNeverSent_AreNoLoss()
    {
        Report(highest: 100, lost: 0, neverSent: 0, out _, out _);

        Report(highest: 200, lost: 12, neverSent: 10, out var received, out var lost);
        Assert.Equal(2, lost);
        Assert.Equal(88, received);
    }

    [Fact]
    public void TryAdd_SkipKnownBeforeItsReport_IsNoLossLater()
    {
        Report(highest: 100, lost: 0, neverSent: 0, out _, out _);
        Report(highest: 200, lost: 0, neverSent: 10, out _, out var lost);
        Assert.Equal(0, lost);

        Report(highest: 300, lost: 11, neverSent: 10, out _, out lost);
        Assert.Equal(1, lost);
    }

    [Fact]
    public void TryAdd_MoreSourcesThanPlaces_TakesTheOldest()
    {
        for (var source = 0U; source <= ReportedLosses.SourcesMax; source++)
        {
            Report(100, 0, 0, out _, out _, source);
        }

        Assert.False(Report(200, 0, 0, out _, out _, source: 0));
        Assert.True(Report(200, 0, 0, out _, out _, source: ReportedLosses.SourcesMax));
    }

    [Fact]
    public void Estimate_Remb_IsFollowedUntilItIsOld()
    {
        var receiver = new ReceiverBandwidth(Bitrate.FromKilobits(300), Min, Max);
        receiver.HandleRemb(Target, Instant.Zero);
        receiver.HandleReport(Max, 0, isTested: true, Instant.FromMilliseconds(1000));
        Assert.Equal(Target, receiver.Estimate);
        Assert.Equal(Target, receiver.Limit(Instant.FromMilliseconds(9999)));

        Assert.True(receiver.Limit(Instant.FromMilliseconds(10_000)) > Max);
        receiver.HandleReport(Max, 0, isTested: true, Instant.FromMilliseconds(11_000));
        Assert.Equal(1080, receiver.Estimate.BitsPerSecond / 1000.0, 1);
    }

    [Fact]
    public void Estimate_ReportsAlone_GrowsWhileTestedAndFallsWithTheLimit()
    {
        var receiver = new ReceiverBandwidth(Target, Min, Max);
        receiver.HandleReport(Max, 0, isTested: true, Instant.Zero);
        receiver.HandleReport(Max, 0, isTested: false, Instant.FromMilliseconds(1000));
        Assert.Equal(Target, receiver.Estimate);
        receiver.HandleReport(Max, 0, isTested: true, Instant.FromMilliseconds(2000));
        Assert.Equal(1080, receiver.Estimate.BitsPerSecond / 1000.0, 1);
        receiver.HandleReport(
            Bitrate.FromKilobits(700),
            0.3,
            isTested: true,
            Instant.FromMilliseconds(3000)
        );
        Assert.Equal(Bitrate.FromKilobits(700), receiver.Estimate);
    }

    private void Decide(int received, int lost, int elapsedMs = 400)
    {
        _loss.Update(Target, RoundTrip, Instant.FromMilliseconds(_ms));
        _loss.Count(received, lost);
        _ms += elapsedMs;
        _loss.Update(Target, RoundTrip, Instant.FromMilliseconds(_ms));
    }

    private bool Report(
        uint highest,
        int lost,
        long neverSent,
        out long received,
        out long missing,
        uint source = 7
    )
    {
        var report = new ReportBlock(new Ssrc(source), 0, lost, highest, 0, 0, 0);
        return _reports.TryAdd(
            report,
            neverSent,
            Instant.FromMilliseconds(_ms++),
            out received,
            out missing
        );
    }
}
