using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Delay;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Delay;

/// <summary>Standing queues and how they are emptied.</summary>
public sealed class QueueTests
{
    private readonly PathDelay _delay = new();
    private readonly QueueDrain _drain = new();

    [Fact]
    public void Standing_LeastOfTwoRounds_IsOverTheFastestEver()
    {
        Round(0, 500, 510);
        Assert.Equal(0, _delay.Standing.TotalMilliseconds);

        Round(100, 560, 530, 590);
        Assert.Equal(0, _delay.Standing.TotalMilliseconds);
        Round(200, 540, 550);
        Assert.Equal(30, _delay.Standing.TotalMilliseconds);
    }

    [Fact]
    public void Standing_LongerPath_IsNoQueueAfterItsMemory()
    {
        Round(0, 500);
        for (var ms = 100; ms <= PathDelay.MemoryMax.TotalMilliseconds; ms += 100)
        {
            Round(ms, 600);
        }

        Round(PathDelay.MemoryMax.TotalMilliseconds + 200, 600);
        Assert.Equal(0, _delay.Standing.TotalMilliseconds);
    }

    [Fact]
    public void Rebase_LongerPath_IsNoQueueAtOnce()
    {
        Round(0, 500);
        Round(100, 600);
        _delay.Rebase();
        Round(200, 600);

        Assert.Equal(0, _delay.Standing.TotalMilliseconds);
    }

    [Fact]
    public void Share_Queue_IsLowerInProportionUntilItIsGone()
    {
        Follow(100, atMs: 0);
        Assert.Equal(1, _drain.Share);

        _drain.Start(Instant.Zero);
        Follow(100, atMs: 1);
        Assert.Equal(0.8, _drain.Share, 6);
        Follow(5000, atMs: 2);
        Assert.Equal(0.4, _drain.Share, 6);
        Follow(5, atMs: 3);
        Assert.Equal(1, _drain.Share);
        Follow(100, atMs: 4);
        Assert.Equal(1, _drain.Share);
    }

    [Fact]
    public void Share_QueueThatStays_IsGivenUp()
    {
        _drain.Start(Instant.Zero);
        Follow(100, atMs: 2999);
        Assert.Equal(0.8, _drain.Share, 6);
        Follow(100, atMs: 3000);
        Assert.Equal(1, _drain.Share);
    }

    private void Follow(double standingMs, double atMs) =>
        _drain.HandleQueue(TimeSpan.FromMilliseconds(standingMs), Instant.FromMilliseconds(atMs));

    private void Round(double sentMs, params double[] delaysMs)
    {
        var sentAt = Instant.FromMilliseconds(sentMs);
        foreach (var delayMs in delaysMs)
        {
            _delay.HandlePacket(sentAt, TimeSpan.FromMilliseconds(sentMs + delayMs));
        }

        _delay.EndRound(sentAt);
    }
}
