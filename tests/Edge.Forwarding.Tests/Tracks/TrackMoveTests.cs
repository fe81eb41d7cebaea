using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>A viewer whose session goes to a shard that has nothing of the track yet: the publisher's shard shows it
/// its cache before the next packet. Nobody may notice.</summary>
public sealed class TrackMoveTests
{
    private const int MovesAt = 30;
    private const int FrameMs = 20;

    /// <summary>Pictures: most of what the cache keeps of the past.</summary>
    private const int Missed = 40;

    private static readonly TimeSpan Recent = TimeSpan.FromMilliseconds(200);

    /// <summary>Also over a silence that is longer than anybody waits for a picture.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 5000)]
    public void Attach_SoundToAnEmptyShard_GoesOnExactly(int missed, int silentMs)
    {
        var layer = new SyntheticLayer(CodecKind.Opus, 1, 0, 9, 9, 48_000) { PacketsPerFrame = 1 };
        var sent = Move(CodecKind.Opus, keyFrameEvery: 1, missed, silentMs, layer);

        Assert.Equal(100, sent.Count);
        AssertExact(sent);
        Assert.Equal(
            (uint)(48 * ((99 * FrameMs) + silentMs)),
            sent[^1].Timestamp - sent[0].Timestamp
        );
    }

    /// <summary>The last key frame is cached, or it is so long ago that it is not.</summary>
    [Theory]
    [InlineData(0, 1000, 100)]
    [InlineData(3, 1000, 100)]
    [InlineData(3, 1000, 400)]
    public void Attach_PictureToAnEmptyShard_GoesOnExactly(
        int missed,
        int keyFrameEvery,
        int frames
    )
    {
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7);
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 500, 900);
        var sent = Move(CodecKind.Vp8, keyFrameEvery, missed, silentMs: 0, low, high, frames);

        // The lower layer's first picture came before there was another.
        var best = sent.SkipWhile(packet => packet.Layer == 0).ToList();
        Assert.Equal(frames * 3, best.Count);
        Assert.Single(best, packet => packet.IsKeyFrameStart);
        AssertExact(best);
    }

    /// <summary>The publisher's end is not told twice: what does not come asks for a key frame after a while, and is
    /// not waited for for ever.</summary>
    [Fact]
    public void Attach_PictureOfALayerThatDied_GoesOnWithAnother()
    {
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7);
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 500, 900);
        var from = Bench(CodecKind.Vp8, isSimulcast: true);
        var to = Bench(CodecKind.Vp8, isSimulcast: true, from.Pool);
        var (subscription, sent) = from.Join();
        from.Publish(untilMs: 600, keyFrameInterval: 1000, low, high);
        Assert.Equal(1, subscription.CurrentLayer);
        from.Track.Detach(subscription);
        to.AdvanceTo(600);
        to.Track.Attach(subscription, to.Now);

        to.Publish(untilMs: 3000, keyFrameInterval: 15, low);

        Assert.Equal(0, subscription.CurrentLayer);
        Assert.InRange(sent.First(packet => packet is { Layer: 0, AtMs: > 600 }).AtMs, 600, 2000);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>A viewer that waits for another layer's key frame waits on where it comes to, and has it asked for.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attach_WaitingForAnotherLayer_GetsItThere(bool isShardEmpty)
    {
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7);
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 500, 900);
        var from = Bench(CodecKind.Vp8, isSimulcast: true);
        var to = isShardEmpty ? Bench(CodecKind.Vp8, isSimulcast: true, from.Pool) : from;
        var (subscription, sent) = from.Join();
        from.Publish(untilMs: 600, keyFrameInterval: 1000, low, high);
        from.Track.SetPreferredRid(subscription, Rid.Create("l"), LayerFallback.Quality, from.Now);
        from.Requests.Clear();
        from.Track.Detach(subscription);
        to.AdvanceTo(600);
        to.Track.Attach(subscription, to.Now);
        low.SkipKeyFrames = high.SkipKeyFrames = true;
        to.Publish(untilMs: 1500, keyFrameInterval: 1000, low, high);

        Assert.Equal(1, subscription.CurrentLayer);
        Assert.Contains(to.Requests, request => request is { Layer: 0, AtMs: < 1500 });
        low.SkipKeyFrames = false;
        to.Publish(untilMs: 1600, keyFrameInterval: 1000, low, high);

        Assert.Equal(0, subscription.CurrentLayer);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>At another node the first live packet may overtake what is shown of the cache, however much that is.</summary>
    [Fact]
    public void Attach_LivePacketBeforeTheReplay_LosesNothing()
    {
        var layer = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7);
        var from = Bench(CodecKind.Vp8, isSimulcast: false);
        var to = Bench(CodecKind.Vp8, isSimulcast: false, from.Pool);
        var (subscription, sent) = from.Join();
        for (var frame = 0; frame < MovesAt + Missed; frame++)
        {
            if (frame == MovesAt)
            {
                from.Track.Detach(subscription);
                to.Track.Attach(subscription, to.Now);
            }

            foreach (var packet in layer.Frame(from.Pool, frame == 0, from.Now))
            {
                from.Forward(packet);
            }

            Pass(from, to, from.NowMs + FrameMs);
        }

        foreach (var packet in layer.Frame(from.Pool, isKeyFrame: false, from.Now))
        {
            from.Forward(packet, keepClaim: true);
            to.Forward(packet);
        }

        var sink = new ReplayInto(to);
        Assert.True(
            from.Track.ReplayCache(ref sink, TimeSpan.FromMilliseconds(FrameMs * (Missed + 5)))
        );

        Assert.Equal((MovesAt + Missed + 1) * 3, sent.Count);
        Assert.Equal(
            Enumerable.Range(0, sent.Count).Select(step => sent[0].Out + step),
            sent.Select(packet => packet.Out).Order()
        );
        Assert.Empty(to.Requests);
    }

    private static List<SentPacket> Move(
        CodecKind codec,
        int keyFrameEvery,
        int missed,
        int silentMs,
        SyntheticLayer layer,
        SyntheticLayer? better = null,
        int frames = 100
    )
    {
        var from = Bench(codec, isSimulcast: better is not null);
        var to = Bench(codec, isSimulcast: better is not null, from.Pool);
        var (subscription, sent) = from.Join();
        var moved = frames - 100 + MovesAt;
        for (var frame = 0; frame < frames; frame++)
        {
            if (frame == moved)
            {
                from.Track.Detach(subscription);
            }

            if (frame == moved + missed)
            {
                to.Track.Attach(subscription, to.Now);
                Pass(from, to, from.NowMs + silentMs);
                var sink = new ReplayInto(to);
                Assert.True(from.Track.ReplayCache(ref sink, Recent));
            }

            foreach (var packet in Packets(frame, keyFrameEvery, from, layer, better))
            {
                from.Forward(packet, keepClaim: true);
                if (frame >= moved + missed)
                {
                    to.Forward(packet);
                }
                else
                {
                    from.Pool.Release(packet.Handle);
                }
            }

            Pass(from, to, from.NowMs + FrameMs);
        }

        Assert.Equal(SubscriptionState.Live, subscription.State);
        Assert.Empty(to.Requests);
        return sent;
    }

    /// <summary>What is published at once: pictures of both layers, or sound and padding, with which Chromium tests
    /// its network.</summary>
    private static List<TrackPacket> Packets(
        int frame,
        int keyFrameEvery,
        TrackBench from,
        SyntheticLayer layer,
        SyntheticLayer? better
    )
    {
        var packets = layer.Frame(from.Pool, frame % keyFrameEvery == 0, from.Now);
        packets.AddRange(
            better is null
                ? [layer.Padding(from.Pool, from.Now), layer.Padding(from.Pool, from.Now)]
                : better.Frame(from.Pool, frame % keyFrameEvery == 0, from.Now)
        );
        return packets;
    }

    private static TrackBench Bench(CodecKind codec, bool isSimulcast, PacketPool? pool = null)
    {
        var bench = new TrackBench(codec, pool: pool);
        bench.Track.StartSource(
            1,
            isSimulcast ? [Rid.Create("l"), Rid.Create("h")] : [],
            bench.Now
        );
        return bench;
    }

    private static void Pass(TrackBench from, TrackBench to, double untilMs)
    {
        from.AdvanceTo(untilMs);
        to.AdvanceTo(untilMs);
    }

    /// <summary>Nothing twice, nothing missing, nothing in another order.</summary>
    private static void AssertExact(List<SentPacket> sent)
    {
        for (var index = 1; index < sent.Count; index++)
        {
            var (before, after) = (sent[index - 1], sent[index]);
            Assert.Equal(before.Out + 1, after.Out);
            Assert.True(after.In > before.In, $"{after} follows {before}.");
        }
    }

    private readonly struct ReplayInto(TrackBench to) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            to.Forward(packet, keepClaim: true);
            return true;
        }
    }
}
