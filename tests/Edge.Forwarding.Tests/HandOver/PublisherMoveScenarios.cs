using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tests.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A publisher whose session goes on at another node: its viewers, wherever they are, see one track.</summary>
public sealed class PublisherMoveScenarios
{
    private const int FrameMs = 20;

    private static readonly Rid[] Rids = [Rid.Create("l"), Rid.Create("h")];
    private readonly PacketPool _pool = new(0, TrackBench.Slots);
    private readonly SyntheticLayer _low = new(CodecKind.Vp8, 1, 0, 65_500, 7);
    private readonly SyntheticLayer _high = new(CodecKind.Vp8, 1, 1, 500, 900);
    private int _frame;
    private int _answered;

    /// <summary>The new node had the track before, as others watch it there, and was told of its layers. From the move on
    /// it sees for itself, as when a layer dies.</summary>
    [Fact]
    public void Move_ToANodeThatWatches_ViewersThereSeeOneTrack()
    {
        var (from, to) = (Node(1, 5_000_000), Node(4, 70));
        var (there, sentThere) = from.Bench.Join();
        var (here, sentHere) = to.Bench.Join();
        for (var layer = 0; layer < 2; layer++)
        {
            var rate = Bitrate.FromKilobits(200 + 800 * layer);
            to.Track.SetLayerState(layer, isLive: true, 10_000 << (2 * layer), rate, to.Now);
        }

        Publish(60, from, to);
        from.Bench.Requests.Clear();
        to.Bench.Requests.Clear();
        to.Track.EndLayerStates();
        to.TakeTrack(from.WriteTrack());
        Publish(60, to, from);
        Assert.Equal(1, here.CurrentLayer);
        Assert.Empty(to.Bench.Requests);
        Assert.Empty(from.Bench.Requests);
        Assert.Equal(120 * 3, sentHere.Count(packet => packet.Layer == 1));

        _high.PacketsPerFrame = 0;
        Publish(100, to);
        Assert.Equal(0, here.CurrentLayer);
        Expect.Continuous(sentHere, CodecKind.Vp8);
        Expect.Continuous(sentThere, CodecKind.Vp8);
        Assert.NotNull(there.Track);
    }

    /// <summary>A node that had nothing of it: it knows at once which layers live and what they take, and who joins before
    /// the next key frame has it asked for.</summary>
    [Fact]
    public void Move_ToAFreshNode_KnowsItsLayersAndAsksForWhoJoins()
    {
        var from = Node(1, 5_000_000);
        var (_, sentThere) = from.Bench.Join();
        from.Track.SetSenderReport(1, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(20_000)), 77);
        Publish(100, from);
        var to = Node(1, 70);
        to.TakeTrack(from.WriteTrack());

        Assert.Equal(from.Track.Layers.Best, to.Track.Layers.Best);
        Assert.True(to.Track.Layers.IsLive(0) && to.Track.Layers.IsLive(1));
        Assert.Equal(from.Track.Layers.Rate(1), to.Track.Layers.Rate(1));
        Assert.Equal(from.Track.SizeOf(1), to.Track.SizeOf(1));
        Assert.Equal(from.Track.KeyFrameHabit, to.Track.KeyFrameHabit);

        var (_, sent) = to.Bench.Join();
        Publish(40, to, from);
        Assert.Single(to.Bench.Requests);
        Assert.True(sent[0].IsKeyFrameStart);
        Assert.True(sent.Count > 60);
        Expect.Continuous(sent, CodecKind.Vp8);
        Expect.Continuous(sentThere, CodecKind.Vp8);
    }

    /// <summary>A key frame that was asked for just before is not asked for again, and that it is awaited is not
    /// forgotten.</summary>
    [Fact]
    public void Move_KeyFrameAwaited_IsAskedForWhenItDoesNotCome()
    {
        var from = Node(1, 5_000_000);
        var (subscription, sent) = from.Bench.Join();
        Publish(60, from);
        _low.SkipKeyFrames = _high.SkipKeyFrames = true;
        from.Bench.Requests.Clear();
        from.Track.HandleKeyFrameRequest(subscription, from.Now);
        from.Bench.Pump();
        Assert.Single(from.Bench.Requests);

        var to = Node(1, 70);
        to.TakeTrack(from.WriteTrack());
        to.Adopt(from.Release(subscription), sent);
        Publish(10, to);
        Assert.Empty(to.Bench.Requests);
        Publish(20, to);
        Assert.Single(to.Bench.Requests);
        _low.SkipKeyFrames = _high.SkipKeyFrames = false;
        Publish(60, to);
        Assert.InRange(to.Bench.Requests.Count, 1, 2);
        Expect.Continuous(sent, CodecKind.Vp8);
    }

    /// <summary>An other number of layers is another publisher.</summary>
    [Fact]
    public void TryTake_OtherLayers_TakesNothing()
    {
        var from = Node(1, 5_000_000);
        Publish(20, from);
        var reader = new Edge.Wire.State.StateReader(from.WriteTrack(), default);
        var memory = TrackMemory.TryRead(ref reader);
        var to = new TrackBench(CodecKind.Vp8);

        Assert.NotNull(memory);
        Assert.False(to.Track.TryTake(memory, to.Now));
        to.Track.StartSource(1, [], to.Now);
        Assert.False(to.Track.TryTake(memory, to.Now));
        Assert.False(to.Track.Layers.IsLive(0));
    }

    /// <summary>The key frame with the structure is long gone from the cache: layers are told apart at once.</summary>
    [Fact]
    public void Move_StructureLongGone_LayersAreToldApart()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Av1, new LayeredMode(3, 3, IsKeyMode: true));
        var (subscription, sent) = bench.Join();
        bench.Pictures(4, random);
        bench.Track.SetLayerCap(subscription, 1, 1);
        bench.Pictures(500, random);
        var asked = bench.KeyFramesAsked;
        subscription = bench.HandOver(subscription, TimeSpan.FromHours(5));
        var rates = bench.Track.LayerRates(0, bench.Now);
        Assert.True(rates.IsMeasured);
        Assert.True(rates.Of(new(2, 2)) > rates.Of(new(0, 0)));
        var moved = sent.Count;
        bench.Pictures(60, random);

        Assert.Equal(asked, bench.KeyFramesAsked);
        Assert.All(sent.Skip(moved), packet => Assert.True(IsWithin(bench, packet)));
        Assert.Equal(new(1, 1), subscription.SentLayers);
        ThinningOracle.Decodable(bench, sent);
        ThinningOracle.Described(bench, sent);
    }

    private static bool IsWithin(ThinningBench bench, ThinnedPacket packet) =>
        bench.Encoder.FrameOf[packet.In] is { Spatial: 1, Temporal: <= 1 };

    private HandOverNode Node(ushort epoch, double clockMs)
    {
        var node = new HandOverNode(CodecKind.Vp8, _pool, epoch, clockMs, _frame * FrameMs);
        node.Track.StartSource(epoch, Rids, node.Now);
        return node;
    }

    /// <summary>Publishes; the first node is asked for key frames.</summary>
    private void Publish(int frames, params HandOverNode[] nodes)
    {
        for (var end = _frame + frames; _frame < end; _frame++)
        {
            var now = Instant.FromMilliseconds(_frame * FrameMs);
            var owner = nodes[0].Bench;
            var asked = owner.Requests.Count;
            var isKey = _frame == 0 || (asked > 0 && asked != _answered);
            _answered = asked;
            List<TrackPacket> packets =
            [
                .. _low.Frame(_pool, isKey, now),
                .. _high.Frame(_pool, isKey, now),
            ];
            foreach (var packet in packets)
            {
                foreach (var node in nodes)
                {
                    node.Forward(packet);
                }

                _pool.Release(packet.Handle);
            }

            foreach (var node in nodes)
            {
                node.AdvanceTo((_frame + 1) * FrameMs);
            }
        }
    }
}
