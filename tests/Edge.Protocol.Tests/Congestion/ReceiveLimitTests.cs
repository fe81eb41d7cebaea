using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Congestion;

/// <summary>When a client is told how much of its media can be used; AllocationAssert for Set, TryTake and
/// PollTimeout.</summary>
public sealed class ReceiveLimitTests
{
    private readonly ReceiveLimit _limit = new();

    [Fact]
    public void TryTake_NeverLimited_SaysNothing()
    {
        _limit.Set(Bitrate.Unlimited, Instant.Zero);

        Assert.Empty(Said(untilMs: 10_000));
        Assert.Equal(Instant.Never, _limit.PollTimeout());
    }

    [Fact]
    public void TryTake_Limited_IsSaidAtOnceAndEachSecond()
    {
        _limit.Set(Bitrate.FromKilobits(600), Instant.Zero);

        Assert.Equal([(0, 600), (1000, 600), (2000, 600)], Said(untilMs: 2500));
    }

    [Fact]
    public void TryTake_Changed_IsSaidAtOnceUnlessItIsNextToNothing()
    {
        _limit.Set(Bitrate.FromKilobits(600), Instant.Zero);
        Assert.Equal([(0, 600)], Said(untilMs: 100));
        _limit.Set(Bitrate.FromKilobits(605), Instant.FromMilliseconds(200));
        Assert.Empty(Said(untilMs: 300, fromMs: 200));
        _limit.Set(Bitrate.FromKilobits(400), Instant.FromMilliseconds(400));

        Assert.Equal([(400, 400)], Said(untilMs: 500, fromMs: 400));
    }

    /// <summary>Who did not hear the end would be held back for good.</summary>
    [Fact]
    public void TryTake_Ended_IsSaidSomeTimes()
    {
        _limit.Set(Bitrate.FromKilobits(600), Instant.Zero);
        Said(untilMs: 100);
        _limit.Set(Bitrate.Unlimited, Instant.FromMilliseconds(200));

        var said = Said(untilMs: 20_000, fromMs: 200);

        Assert.Equal(ReceiveLimit.LiftsMax, said.Count);
        Assert.All(
            said,
            each => Assert.Equal(RembReceiver.Most.BitsPerSecond / 1000, each.Kilobits)
        );
        Assert.Equal(Instant.Never, _limit.PollTimeout());
    }

    [Fact]
    public void SetAndTryTake_Steady_AllocateNothing() =>
        AllocationAssert.None(
            _limit,
            static limit =>
            {
                limit.Set(Bitrate.FromKilobits(600), Instant.Zero);
                limit.Set(Bitrate.FromKilobits(700), Instant.Zero);
                limit.TryTake(out _, limit.PollTimeout());
            }
        );

    private List<(int AtMs, long Kilobits)> Said(int untilMs, int fromMs = 0)
    {
        var said = new List<(int, long)>();
        for (var ms = fromMs; ms < untilMs; ms += 10)
        {
            if (_limit.TryTake(out var rate, Instant.FromMilliseconds(ms)))
            {
                said.Add((ms, rate.BitsPerSecond / 1000));
            }
        }

        return said;
    }
}
