using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Congestion;

public sealed class RembReceiverTests
{
    private readonly RembReceiver _receiver = new();
    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public void PollFeedback_FirstPacket_IsDueSoonAndThenEverySecond()
    {
        _receiver.HandlePacket(1000, Instant.Zero);

        Assert.Equal(0, Poll(199));
        Assert.True(Poll(200) > 0);
        Assert.Equal(0, Poll(1199));
        Assert.True(Poll(1200) > 0);
    }

    [Fact]
    public void Estimate_NoLoss_GrowsWithUse()
    {
        Run(seconds: 10, bytesPerMs: 250, lostPerMs: 0);

        Assert.InRange(_receiver.Estimate.BitsPerSecond, 3_000_000, 6_000_000);
    }

    [Fact]
    public void Estimate_HeavyLoss_FallsBelowTheReceivedRate()
    {
        Run(seconds: 5, bytesPerMs: 250, lostPerMs: 1);

        Assert.True(_receiver.Estimate.BitsPerSecond < 2_000_000);
        Assert.True(_receiver.Estimate >= RembReceiver.Least);
    }

    [Fact]
    public void Estimate_NothingReceived_StaysAboveTheLeast()
    {
        _receiver.HandlePacket(1, Instant.Zero);
        _receiver.HandleLoss(100);
        Poll(200);

        Assert.Equal(RembReceiver.Least, _receiver.Estimate);
    }

    [Fact]
    public void HandlePacketAndHandleLoss_Steady_AllocateNothing() =>
        AllocationAssert.None(() =>
        {
            _receiver.HandlePacket(1200, Instant.Zero);
            _receiver.HandleLoss(1);
        });

    private void Run(int seconds, int bytesPerMs, int lostPerMs)
    {
        for (var ms = 0; ms < seconds * 1000; ms++)
        {
            _receiver.HandlePacket(bytesPerMs, Instant.FromMilliseconds(ms));
            _receiver.HandleLoss(lostPerMs);
            Poll(ms);
        }
    }

    private int Poll(int atMs) =>
        _receiver.PollFeedback(
            _buffer,
            new Ssrc(1),
            [new Ssrc(2)],
            Bitrate.Unlimited,
            Instant.FromMilliseconds(atMs)
        );
}
