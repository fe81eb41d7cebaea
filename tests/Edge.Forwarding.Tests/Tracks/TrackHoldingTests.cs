using Edge.Forwarding.Rewriting;
using Edge.Forwarding.Tests.Support;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>A viewer that is not sent a track's sound for a while sees a silence and no loss.</summary>
public sealed class TrackHoldingTests
{
    private const int PacketMs = 20;

    private readonly TrackBench _bench = new(CodecKind.Opus);
    private readonly SyntheticLayer _sound = new(CodecKind.Opus, 1, 0, 9, 9, 48_000)
    {
        PacketsPerFrame = 1,
    };

    public TrackHoldingTests()
    {
        _bench.Track.StartSource(1, [], _bench.Now);
    }

    [Fact]
    public void Forward_HeldBackForAWhile_NumbersCloseUpAndTimeGoesOn()
    {
        var (subscription, sent) = _bench.Join();
        Sound(10);
        subscription.IsHeldBack = true;
        Sound(1000);
        Assert.Equal(10, sent.Count);
        subscription.IsHeldBack = false;
        Sound(10);

        Assert.Equal(20, sent.Count);
        Assert.All(
            sent.Zip(sent.Skip(1)),
            pair => Assert.Equal(pair.First.Out + 1, pair.Second.Out)
        );
        Assert.All(
            sent,
            packet =>
                Assert.Equal(
                    (packet.AtMs - sent[0].AtMs) * 48,
                    packet.Timestamp - sent[0].Timestamp
                )
        );
        Assert.False(_bench.Nack(subscription, sent[^1].Out + 1));
        Assert.True(_bench.Nack(subscription, sent[15].Out));
    }

    /// <summary>One that is held back from the beginning begins in the middle as if nothing had been.</summary>
    [Fact]
    public void Forward_HeldBackFromTheBeginning_BeginsWithItsFirstNumber()
    {
        var (subscription, sent) = _bench.Join(firstSequence: 1000);
        subscription.IsHeldBack = true;
        Sound(50);
        Assert.Empty(sent);
        subscription.IsHeldBack = false;
        Sound(5);

        Assert.Equal([0L, 1, 2, 3, 4], sent.Select(packet => packet.Out - sent[0].Out));
        Assert.Equal(1000, sent[0].Out & 0xFFFF);
    }

    /// <summary>What is lost while nothing is sent leaves no gap; what was on its way before fills its own.</summary>
    [Fact]
    public void Forward_LossWhileHeldBack_LeavesNoGap()
    {
        var (subscription, sent) = _bench.Join();
        Sound(5);
        var late = _sound.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        Sound(5);
        subscription.IsHeldBack = true;
        Sound(5);
        _bench.Forward(late);
        Lose(3);
        Sound(5);
        Lose(4);
        Sound(1);
        subscription.IsHeldBack = false;
        Sound(5);

        Assert.Equal(16, sent.Count);
        Assert.Equal(
            [.. Enumerable.Range(0, 16)],
            sent.Select(packet => (int)(packet.Out - sent[0].Out)).Order()
        );
        Assert.Equal(5, sent[10].Out - sent[0].Out);
    }

    /// <summary>Held back and let through at random, with losses and late packets: no number twice, gaps only for
    /// what was lost while packets passed, and timestamps that are always those of the time.</summary>
    [Fact]
    public void Forward_AnySchedule_GapsOnlyForLossesWhilePassing() =>
        Seeds.Check(
            random =>
            {
                var bench = new TrackBench(CodecKind.Opus);
                var sound = new SyntheticLayer(CodecKind.Opus, 1, 0, 9, 9, 48_000)
                {
                    PacketsPerFrame = 1,
                };
                bench.Track.StartSource(1, [], bench.Now);
                var (subscription, sent) = bench.Join();
                var lost = 0;
                var lostSinceLast = 0;
                for (var step = 0; step < 2000; step++)
                {
                    if (random.NextInt32(20) == 0)
                    {
                        subscription.IsHeldBack = !subscription.IsHeldBack;
                    }

                    var packet = sound.Frame(bench.Pool, isKeyFrame: false, bench.Now);
                    if (random.NextInt32(10) == 0)
                    {
                        bench.Pool.Release(packet[0].Handle);
                        lostSinceLast += sent.Count > 0 ? 1 : 0;
                    }
                    else
                    {
                        bench.Forward(packet);
                        lost += subscription.IsHeldBack ? 0 : lostSinceLast;
                        lostSinceLast = 0;
                    }

                    bench.AdvanceTo(bench.NowMs + PacketMs);
                }

                Assert.True(sent.Count > 500);
                Assert.Equal(sent.Count, sent.Select(packet => packet.Out).Distinct().Count());
                Assert.Equal(lost, sent[^1].Out - sent[0].Out + 1 - sent.Count);
                Assert.All(
                    sent,
                    packet =>
                        Assert.Equal(
                            (packet.AtMs - sent[0].AtMs) * 48,
                            packet.Timestamp - sent[0].Timestamp
                        )
                );
            },
            rounds: 20
        );

    [Fact]
    public void TrySkip_AnyNumberOfPackets_UsesOneRunAndAllocatesNothing()
    {
        var rewriter = new SequenceRewriter(new(10));
        rewriter.Begin(
            new RewriteRun
            {
                FirstIn = 1000,
                Epoch = 1,
                Timestamps = new(0, 0, TimestampMap.ScaleOne),
            }
        );
        Assert.True(rewriter.TryMap(0, 1, 1000, out var first, out _));
        var next = 1000L;
        AllocationAssert.None(() => Assert.True(rewriter.TrySkip(0, 1, ++next)));
        Assert.False(rewriter.TrySkip(0, 1, next));
        Assert.False(rewriter.TrySkip(1, 1, next + 1));

        Assert.True(rewriter.TryMap(0, 1, next + 1, out var second, out _));
        Assert.Equal(first + 1, second);
        Assert.True(rewriter.TryMapReserved(0, 1, 1000, out var again, out _));
        Assert.Equal(first, again);
    }

    private void Sound(int packets)
    {
        for (var index = 0; index < packets; index++)
        {
            _bench.Forward(_sound.Frame(_bench.Pool, isKeyFrame: false, _bench.Now));
            _bench.AdvanceTo(_bench.NowMs + PacketMs);
        }
    }

    private void Lose(int packets)
    {
        for (var index = 0; index < packets; index++)
        {
            _bench.Pool.Release(_sound.Frame(_bench.Pool, isKeyFrame: false, _bench.Now)[0].Handle);
            _bench.AdvanceTo(_bench.NowMs + PacketMs);
        }
    }
}
