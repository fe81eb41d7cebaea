using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A viewer goes on at another node from what was written of it some time before its node died.</summary>
public sealed class SurvivalScenarios
{
    private const int FrameMs = 20;

    /// <summary>Numbers, timestamps and picture ids go on behind all that was sent, at a key frame that is asked for.</summary>
    [Theory]
    [InlineData(CodecKind.Opus)]
    [InlineData(CodecKind.H264)]
    [InlineData(CodecKind.Vp8)]
    public void Survive_OldPortrait_GoesOnBehindAllThatWasSent(CodecKind codec) =>
        Seeds.Check(
            random =>
            {
                var pool = new PacketPool(0, TrackBench.Slots);
                var layer = new SyntheticLayer(
                    codec,
                    1,
                    0,
                    65_300,
                    1000,
                    codec == CodecKind.Opus ? 48_000u : 90_000u
                )
                {
                    PacketsPerFrame = codec == CodecKind.Opus ? 1 : 1 + random.NextInt32(3),
                };
                var frame = 0;
                var former = Node(codec, pool, epoch: 1, clockMs: 5_000_000, frame);
                var sent = new List<SentPacket>();
                var viewer = new Subscription(new(1000), 50_000) { Owner = sent };
                former.Track.Attach(viewer, former.Now);
                Publish(former, layer, pool, ref frame, 20 + random.NextInt32(50));
                // Its moments are counted from when it came, however much later it is needed.
                var heir = Node(codec, pool, epoch: 4, clockMs: 900, frame);
                var heard = new List<SentPacket>();
                var survivor = heir.Read(former.Write(viewer), heard);
                Publish(former, layer, pool, ref frame, 1 + random.NextInt32(400));

                // The rewriter begins a turn above SRTP.
                var bound = sent[^1].Out - 65_536 + random.NextInt32(200);
                frame += random.NextInt32(20);
                heir.AdvanceTo(frame * FrameMs);
                survivor.Survive(bound, heir.Now);
                heir.Track.Attach(survivor, heir.Now);
                Publish(heir, layer, pool, ref frame, 60);

                Assert.Equal(SubscriptionState.Live, survivor.State);
                Assert.InRange(heard.Count, 40, 600);
                IsBehind(sent[^1], heard[0], bound);
                Expect.Continuous(heard, codec);
                if (codec == CodecKind.Vp8)
                {
                    var step = heard[0].PictureId - sent[^1].PictureId;
                    Assert.InRange(step & Vp8Descriptor.PictureIdMask, 1, 2000);
                }
            },
            rounds: 10
        );

    private static void IsBehind(SentPacket last, SentPacket first, long bound)
    {
        // One is left free, as nobody knows whether the last picture was whole.
        Assert.Equal(unchecked((ushort)(bound + 2)), unchecked((ushort)first.Out));
        Assert.True(first.Out > last.Out);
        Assert.True(unchecked((int)(first.Timestamp - last.Timestamp)) > 0);
    }

    private static HandOverNode Node(
        CodecKind codec,
        PacketPool pool,
        ushort epoch,
        double clockMs,
        int frame
    )
    {
        var node = new HandOverNode(codec, pool, epoch, clockMs, frame * FrameMs);
        node.Track.StartSource(epoch, [], node.Now);
        return node;
    }

    private static void Publish(
        HandOverNode node,
        SyntheticLayer layer,
        PacketPool pool,
        ref int frame,
        int frames
    )
    {
        for (var last = frame + frames; frame < last; frame++)
        {
            // A key frame each second, or sooner where one is asked for.
            var isKey = frame % 50 == 0 || node.Bench.Requests.Count > 0;
            node.Bench.Requests.Clear();
            var now = Instant.FromMilliseconds(frame * FrameMs);
            foreach (var packet in layer.Frame(pool, isKey, now))
            {
                node.Forward(packet);
                pool.Release(packet.Handle);
            }

            node.AdvanceTo((frame + 1) * FrameMs);
        }
    }
}
