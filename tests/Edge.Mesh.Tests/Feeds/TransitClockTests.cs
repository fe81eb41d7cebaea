using Edge.Mesh.Feeds;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Mesh.Tests.Feeds;

/// <summary>How late messages are, whatever the clocks say.</summary>
public sealed class TransitClockTests
{
    private static readonly NtpTimestamp Wall = NtpTimestamp.FromUnixTime(
        TimeSpan.FromDays(20_000)
    );

    private readonly TransitClock _clock = new();

    /// <summary>The other node's clock is an hour off: what counts is how much longer a message took than the
    /// quickest.</summary>
    [Theory]
    [InlineData(3600)]
    [InlineData(0)]
    [InlineData(-3600)]
    public void Measure_ClocksApart_TellsWhatIsBeyondTheQuickest(double offSeconds)
    {
        Assert.Equal(0, Measure(offSeconds, atMs: 0, transitMs: 80), 0.1);
        Assert.Equal(40, Measure(offSeconds, atMs: 20, transitMs: 120), 0.1);
        Assert.Equal(0, Measure(offSeconds, atMs: 40, transitMs: 70), 0.1);
        Assert.Equal(10, Measure(offSeconds, atMs: 60, transitMs: 80), 0.1);
    }

    /// <summary>The way became longer for good: after two windows that is the way.</summary>
    [Fact]
    public void Measure_WayBecomesLonger_IsLateForTwoWindowsAtMost()
    {
        for (var atMs = 0; atMs < 5_000; atMs += 20)
        {
            Measure(0, atMs, transitMs: 10);
        }

        Assert.Equal(200, Measure(0, atMs: 5_020, transitMs: 210), 0.1);
        for (var atMs = 5_040; atMs < 26_000; atMs += 20)
        {
            Measure(0, atMs, transitMs: 210);
        }

        Assert.Equal(0, Measure(0, atMs: 26_000, transitMs: 210), 0.1);
    }

    [Fact]
    public void Measure_AllocatesNothing() =>
        AllocationAssert.None(_clock, static clock => clock.Measure(Wall, Wall, Instant.Zero));

    /// <summary>What is only compared is not the quickest of the way afterwards; what is forgotten is compared with nothing.
    /// </summary>
    [Fact]
    public void Compare_QuickerThanTheQuickest_IsNotNoted()
    {
        Assert.Equal(TimeSpan.Zero, _clock.Compare(Wall, Wall + TimeSpan.FromMilliseconds(70)));
        Measure(0, atMs: 0, transitMs: 70);

        Assert.True(_clock.Compare(Wall, Wall) < TimeSpan.Zero);

        Assert.Equal(0, Measure(0, atMs: 10, transitMs: 70), 0.1);
        _clock.Restart();
        Assert.Equal(0, Measure(0, atMs: 20, transitMs: 500), 0.1);
    }

    [Fact]
    public void CompareAndRestart_AllocateNothing() =>
        AllocationAssert.None(
            _clock,
            static clock =>
            {
                clock.Compare(Wall, Wall);
                clock.Restart();
            }
        );

    private double Measure(double offSeconds, double atMs, double transitMs)
    {
        var sent = Wall + TimeSpan.FromSeconds(offSeconds) + TimeSpan.FromMilliseconds(atMs);
        var came = Wall + TimeSpan.FromMilliseconds(atMs + transitMs);
        var now = Instant.Zero + TimeSpan.FromMilliseconds(atMs + transitMs);
        return _clock.Measure(sent, came, now).TotalMilliseconds;
    }
}
