using Edge.Forwarding.Tests.Support;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>Moves that cannot go on where they were, and those that come before the track does.</summary>
public sealed class MoveEdgeTests
{
    private const int FrameMs = 20;
    private readonly PacketPool _pool = new(0, TrackBench.Slots);

    /// <summary>Nobody said that the publisher is the same: what was sent before is never sent again, though the numbers
    /// here are the same by chance.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8)]
    [InlineData(CodecKind.Opus)]
    public void Attach_PublisherNotNamed_BeginsAnew(CodecKind codec)
    {
        var layer = Layer(codec);
        var (from, to) = (Node(codec, 1, 5000), Node(codec, 1, 70));
        var (subscription, sent) = from.Bench.Join();
        Publish(from, layer, frames: 20);
        var last = subscription.HighestSent;
        var moved = to.Read(from.Release(subscription), sent);
        to.AdvanceTo(20 * FrameMs);
        to.Track.Attach(moved, to.Now);
        Publish(to, Layer(codec), frames: 20, from: 20);

        Assert.False(to.Bench.Nack(moved, last));
        Assert.True(moved.HighestSent > last);
        var first = sent.First(packet => packet.Out > last);
        Assert.True(first.IsKeyFrameStart || codec == CodecKind.Opus);
        Assert.Equal(sent.Count, sent.Select(packet => packet.Out).Distinct().Count());
    }

    /// <summary>What was sent of an earlier publisher is not taken for what the present one sends.</summary>
    [Fact]
    public void Nack_NumberOfAnEarlierPublisher_IsNotAnswered()
    {
        var (from, to) = (Node(CodecKind.Vp8, 1, 5000), Node(CodecKind.Vp8, 1, 70));
        var (subscription, sent) = from.Bench.Join();
        Publish(from, Layer(CodecKind.Vp8), frames: 5);
        var old = subscription.HighestSent;
        from.Track.StartSource(2, [], from.Now);
        var layer = Layer(CodecKind.Vp8);
        foreach (var packet in layer.Frame(_pool, isKeyFrame: true, from.Now))
        {
            from.Bench.Forward(packet with { SourceEpoch = 2 }, keepClaim: true);
        }

        var present = subscription.HighestSent;
        Assert.True(present > old);
        to.AdvanceTo(5 * FrameMs);
        Publish(to, Layer(CodecKind.Vp8), frames: 5);
        var moved = to.Adopt(from.Release(subscription), sent);
        to.AdvanceTo(6 * FrameMs);

        Assert.False(to.Bench.Nack(moved, old));
        Assert.True(to.Bench.Nack(moved, present));
    }

    /// <summary>Sound that nobody is to hear yet has a run without a packet, which begins behind a number that stays unused:
    /// it moves like any other.</summary>
    [Fact]
    public void Move_HeldBackBehindANewPublisher_IsReadAndGoesOn()
    {
        var (from, to) = (Node(CodecKind.Opus, 1, 5000), Node(CodecKind.Opus, 1, 70));
        var (subscription, sent) = from.Bench.Join();
        ForwardUnmarked(from, Layer(CodecKind.Opus), epoch: 1, packets: 5);
        from.Track.StartSource(2, [], from.Now);
        subscription.IsHeldBack = true;
        var second = Layer(CodecKind.Opus);
        ForwardUnmarked(from, second, epoch: 2, packets: 5);
        Assert.Equal(5, sent.Count);

        var moved = to.Adopt(from.Release(subscription), sent);
        moved.IsHeldBack = false;
        ForwardUnmarked(to, second, epoch: 1, packets: 5);
        Assert.Equal(10, sent.Count);
        Assert.Equal(sent.Count, sent.Select(packet => packet.Out).Distinct().Count());
    }

    /// <summary>Each process puts 7 bits on a longer circle of its own: the picture begins anew.</summary>
    [Fact]
    public void Attach_ShortPictureIds_BeginsAtAKeyFrame()
    {
        var layer = Layer(CodecKind.Vp8);
        layer.IsShortPictureId = true;
        var (from, to) = (Node(CodecKind.Vp8, 1, 5000), Node(CodecKind.Vp8, 4, 70));
        var (subscription, sent) = from.Bench.Join();
        PublishBoth(from, to, layer, first: 0, frames: 20);
        var last = sent[^1].Out;
        to.Adopt(from.Release(subscription), sent);
        PublishBoth(from, to, layer, first: 20, frames: 20);

        Assert.True(sent.First(packet => packet.Out > last).IsKeyFrameStart);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>The viewer is there before anybody knows that the track will be: it goes on when its publisher does.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8)]
    [InlineData(CodecKind.Opus)]
    public void Attach_BeforeThePublisher_GoesOnExactly(CodecKind codec)
    {
        var layer = Layer(codec);
        var from = Node(codec, 1, 5000);
        var (subscription, sent) = from.Bench.Join();
        Publish(from, layer, frames: 20);
        var to = new HandOverNode(codec, _pool, epoch: 9, clockMs: 70, worldMs: 20 * FrameMs);
        to.Adopt(from.Release(subscription), sent);
        for (var frame = 20; frame < 60; frame++)
        {
            Frame(from, layer, frame, isKey: false, to: frame < 50 ? null : to);
            if (frame == 48)
            {
                to.AdvanceTo(frame * FrameMs);
                to.Track.StartSource(9, [], to.Now);
                from.Replay(to);
                Frame(from, layer, frame: 49, isKey: false, to);
                frame++;
            }
        }

        Assert.Empty(to.Bench.Requests);
        Assert.Equal(60 * layer.PacketsPerFrame, sent.Count);
        for (var index = 1; index < sent.Count; index++)
        {
            Assert.Equal(sent[index - 1].Out + 1, sent[index].Out);
            Assert.Equal(sent[index - 1].In + 1, sent[index].In);
        }
    }

    /// <summary>Another publisher begins there instead.</summary>
    [Fact]
    public void Attach_BeforeAnotherPublisher_BeginsAnew()
    {
        var from = Node(CodecKind.Vp8, 1, 5000);
        var (subscription, sent) = from.Bench.Join();
        Publish(from, Layer(CodecKind.Vp8), frames: 20);
        var last = sent[^1].Out;
        var to = new HandOverNode(CodecKind.Vp8, _pool, 9, clockMs: 70, worldMs: 400);
        to.Adopt(from.Release(subscription), sent);
        to.Track.StartSource(10, [], to.Now);
        foreach (var packet in Layer(CodecKind.Vp8).Frame(_pool, isKeyFrame: true, to.Now))
        {
            to.Bench.Forward(packet with { SourceEpoch = 10 }, keepClaim: true);
        }

        Assert.Equal(last + 1, sent.First(packet => packet.Out > last).Out);
        Assert.True(sent.First(packet => packet.Out > last).IsKeyFrameStart);
    }

    /// <summary>Packets are counted otherwise there: nobody waits for a number that will not come.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attach_SoundCountedOtherwise_BeginsAnew(bool isHere)
    {
        var (from, to) = (Node(CodecKind.Opus, 1, 5000), Node(CodecKind.Opus, 4, 70));
        var (subscription, sent) = from.Bench.Join();
        var far = new SyntheticLayer(CodecKind.Opus, 1, 0, 9, 9, 48_000) { PacketsPerFrame = 1 };
        while (far.NextSequence < 200_000)
        {
            _pool.Release(far.Padding(_pool, default).Handle);
        }

        Publish(from, far, frames: 20);
        var near = Layer(CodecKind.Opus);
        Publish(to, near, frames: isHere ? 20 : 0);
        to.AdvanceTo(20 * FrameMs);
        to.Adopt(from.Release(subscription), sent);
        var before = sent.Count;
        Publish(to, near, frames: 20, from: 20);

        Assert.InRange(sent.Count - before, 18, 20);
        Assert.Equal(sent.Count, sent.Select(packet => packet.Out).Distinct().Count());
    }

    /// <summary>A cache that is shown at once says nothing of how often layers have pictures: one of a picture a second does
    /// not die of it.</summary>
    [Fact]
    public void Replay_LayerOfOnePictureASecond_DoesNotDie()
    {
        const int stepMs = 200;
        const int shownAt = 40;
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7);
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 500, 900);
        Rid[] rids = [Rid.Create("l"), Rid.Create("h")];
        var (from, to) = (Node(CodecKind.Vp8, 1, 5000), Node(CodecKind.Vp8, 1, 70));
        from.Track.StartSource(1, rids, from.Now);
        to.Track.StartSource(1, rids, to.Now);
        for (var step = 0; step < 2 * shownAt; step++)
        {
            var now = Instant.FromMilliseconds(stepMs * step);
            from.AdvanceTo(stepMs * step);
            to.AdvanceTo(stepMs * step);
            if (step == shownAt)
            {
                from.Replay(to);
            }

            var packets = high.Frame(_pool, isKeyFrame: step == 0, now);
            packets.AddRange(step % 5 == 0 ? low.Frame(_pool, isKeyFrame: step == 0, now) : []);
            foreach (var packet in packets)
            {
                from.Forward(packet);
                if (step >= shownAt)
                {
                    to.Forward(packet);
                }

                _pool.Release(packet.Handle);
            }

            Assert.True(step < shownAt || to.Track.Layers.IsLive(0), $"It died at {step}.");
        }
    }

    private HandOverNode Node(CodecKind codec, ushort epoch, double clockMs)
    {
        var node = new HandOverNode(codec, _pool, epoch, clockMs, worldMs: 0);
        node.Track.StartSource(epoch, [], node.Now);
        return node;
    }

    private static SyntheticLayer Layer(CodecKind codec) =>
        codec == CodecKind.Opus
            ? new SyntheticLayer(codec, 1, 0, 9, 9, 48_000) { PacketsPerFrame = 1 }
            : new SyntheticLayer(codec, 1, 0, 65_500, 7);

    private void Publish(HandOverNode node, SyntheticLayer layer, int frames, int from = 0)
    {
        for (var frame = from; frame < from + frames; frame++)
        {
            Frame(node, layer, frame, isKey: frame == from, to: null);
        }
    }

    private void ForwardUnmarked(HandOverNode node, SyntheticLayer layer, ushort epoch, int packets)
    {
        for (var count = 0; count < packets; count++)
        {
            foreach (var packet in layer.Frame(_pool, isKeyFrame: false, node.Now))
            {
                node.Bench.Forward(packet with { Marker = false, SourceEpoch = epoch });
            }
        }
    }

    private void PublishBoth(
        HandOverNode from,
        HandOverNode to,
        SyntheticLayer layer,
        int first,
        int frames
    )
    {
        for (var frame = first; frame < first + frames; frame++)
        {
            Frame(from, layer, frame, isKey: frame == 0, to);
        }
    }

    private void Frame(
        HandOverNode from,
        SyntheticLayer layer,
        int frame,
        bool isKey,
        HandOverNode? to
    )
    {
        foreach (var packet in layer.Frame(_pool, isKey, Instant.FromMilliseconds(frame * FrameMs)))
        {
            from.Forward(packet);
            to?.Forward(packet);
            _pool.Release(packet.Handle);
        }

        from.AdvanceTo((frame + 1) * FrameMs);
        to?.AdvanceTo((frame + 1) * FrameMs);
    }
}
