using Edge.Forwarding.Rewriting;
using Edge.Primitives;
using Xunit;

namespace Edge.Forwarding.Tests.Rewriting;

public sealed class TimestampRewriterTests
{
    private readonly TimestampRewriter _rewriter = new(5_000);

    [Fact]
    public void TryStart_First_BeginsAtTheGivenTimestamp()
    {
        Assert.True(_rewriter.TryStart(Live(777, 0), At(0), out var map));
        Assert.Equal(5_000u, map.Map(777));
        Assert.Equal(8_000u, map.Map(3_777));
    }

    [Fact]
    public void TryStart_NothingKnown_FollowsArrival()
    {
        Sent(timestampOut: 5_000, arrivedMs: 100);
        Assert.True(_rewriter.TryStart(Live(4_000_000_000, 140), At(140), out var map));
        Assert.Equal(5_000u + 40 * 90, map.Map(4_000_000_000));
    }

    [Fact]
    public void TryStart_EqualOrigins_FollowsTheTimestampsThemselves()
    {
        Sent(timestampIn: 9_000, timestampOut: 5_000, arrivedMs: 100);
        Assert.True(_rewriter.TryStart(Live(9_000 + 33 * 90, 160), At(160), out var map));
        Assert.Equal(5_000u + 33 * 90, map.Map(9_000 + 33 * 90));
    }

    [Fact]
    public void TryStart_SenderReports_FollowsCapture()
    {
        Sent(timestampIn: 1_000, timestampOut: 5_000, arrivedMs: 100);
        var start = Live(3_000_000_000, 180) with
        {
            LastClock = Clock(1_000, atMs: 0),
            Clock = Clock(3_000_000_000, atMs: 50),
        };
        Assert.True(_rewriter.TryStart(start, At(180), out var map));
        Assert.InRange(map.Map(3_000_000_000), 5_000u + 50 * 90 - 1, 5_000u + 50 * 90 + 1);
    }

    /// <summary>OBS shares one report among its layers: a mapping seconds off is not believed.</summary>
    [Fact]
    public void TryStart_AbsurdSenderReports_FollowsArrival()
    {
        Sent(timestampIn: 1_000, timestampOut: 5_000, arrivedMs: 100);
        var start = Live(3_000_000_000, 180) with
        {
            LastClock = Clock(1_000, atMs: 0),
            Clock = Clock(3_000_000_000, atMs: 5_000),
        };
        Assert.True(_rewriter.TryStart(start, At(180), out var map));
        Assert.Equal(5_000u + 80 * 90, map.Map(3_000_000_000));
    }

    [Fact]
    public void TryStart_OtherSource_FollowsArrivalWhateverTheReportsSay()
    {
        Sent(timestampIn: 1_000, timestampOut: 5_000, arrivedMs: 100);
        var start = Live(1_010, 3_100) with
        {
            IsSameSource = false,
            LastClock = Clock(1_000, atMs: 0),
            Clock = Clock(1_010, atMs: 1),
        };
        Assert.True(_rewriter.TryStart(start, At(3_100), out var map));
        Assert.Equal(5_000u + 3_000 * 90, map.Map(1_010));
    }

    [Fact]
    public void TryStart_CapturedMuchEarlier_RefusesOnceThenPushesForward()
    {
        Sent(timestampIn: 100_000, timestampOut: 5_000, arrivedMs: 100);
        var start = Live(100_000 - 60 * 90, 110);
        Assert.False(_rewriter.TryStart(start, At(110), out _));
        Assert.True(_rewriter.TryStart(start, At(110), out var map));
        Assert.Equal(5_000u + 33 * 90, map.Map(start.Timestamp));
    }

    [Fact]
    public void TryStart_CapturedALittleEarlier_PushesForwardAtOnce()
    {
        Sent(timestampIn: 100_000, timestampOut: 5_000, arrivedMs: 100);
        var start = Live(100_000 - 40 * 90, 110);
        Assert.True(_rewriter.TryStart(start, At(110), out var map));
        Assert.Equal(5_000u + 33 * 90, map.Map(start.Timestamp));
    }

    [Fact]
    public void TryStart_Burst_ShrinksTheCachedPartAndKeepsTheRest()
    {
        Sent(timestampOut: uint.MaxValue - 100, arrivedMs: 100);
        var first = uint.MaxValue - 90_000;
        var start = Live(first, 200) with
        {
            HeadTimestamp = unchecked(first + 180_000),
            BurstDuration = TimeSpan.FromMilliseconds(100),
        };
        Assert.True(_rewriter.TryStart(start, At(400), out var map));

        var begin = map.Map(first);
        Assert.Equal(unchecked(uint.MaxValue - 100 + 300 * 90), begin);
        var previous = begin;
        for (uint step = 3_000; step <= 180_000; step += 3_000)
        {
            var mapped = map.Map(unchecked(first + step));
            Assert.InRange(unchecked((int)(mapped - previous)), 1, 200);
            previous = mapped;

            // What was shrunk away, added to capture, puts it on the line of the live packets.
            var live = unchecked(map.PivotOut + first + step - map.PivotIn);
            Assert.Equal(mapped, unchecked(live + (uint)map.ShrunkBy(unchecked(first + step))));
        }

        Assert.InRange(unchecked((int)(previous - begin)), 8_990, 9_010);
        Assert.Equal(unchecked(previous + 3_000), map.Map(unchecked(first + 183_000)));
    }

    [Fact]
    public void HandleSent_OlderTimestamp_DoesNotMoveTheReference()
    {
        Sent(timestampOut: 5_000, arrivedMs: 100);
        Sent(timestampOut: 4_000, arrivedMs: 120);
        Assert.Equal(5_000u, _rewriter.LastOut);
    }

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static LayerClock Clock(uint timestamp, double atMs) =>
        new(
            IsKnown: true,
            NtpTimestamp.FromUnixTime(
                TimeSpan.FromSeconds(1_000) + TimeSpan.FromMilliseconds(atMs)
            ),
            timestamp
        );

    private static TimestampStart Live(uint timestamp, double arrivedMs) =>
        new()
        {
            Timestamp = timestamp,
            ArrivedAt = At(arrivedMs),
            HeadTimestamp = timestamp,
            BurstDuration = TimeSpan.Zero,
            Clock = default,
            LastClock = default,
            IsSameSource = true,
            ClockRate = 90_000,
        };

    private void Sent(uint timestampOut, double arrivedMs, uint timestampIn = 2_000_000_000) =>
        _rewriter.HandleSent(timestampIn, timestampOut, At(arrivedMs), At(arrivedMs));
}
