using Edge.Forwarding.Allocation;
using Edge.Forwarding.Tests.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Allocation;

/// <summary>The qualities in which a stream with layers can be had, and that a viewer is sent the one it was given.</summary>
public sealed class LayerStepTests
{
    [Theory]
    [InlineData(CodecKind.Vp8, 1, 3, false, "0/0 0/1 -1/-1")]
    [InlineData(CodecKind.Av1, 3, 3, true, "0/0 0/1 0/2 1/1 2/1 2/2")]
    [InlineData(CodecKind.Vp9, 2, 2, false, "0/0 0/1 1/0 1/1")]
    [InlineData(CodecKind.Av1, 2, 1, true, "0/0 1/0")]
    [InlineData(CodecKind.H264, 1, 1, false, "-1/-1")]
    public void ReadSteps_StreamWithLayers_FewerPicturesBeforeSmallerOnes(
        CodecKind codec,
        int spatials,
        int temporals,
        bool hasDescriptors,
        string expected
    )
    {
        var bench = new ThinningBench(codec, new(spatials, temporals), hasDescriptors);
        var (subscription, _) = bench.Join();
        bench.Pictures(100, Seeds.Random());
        var steps = new LayerSteps();

        bench.Track.ReadSteps(subscription, ref steps, bench.Now);

        var named = new List<string>();
        for (var index = 0; index < steps.Count; index++)
        {
            named.Add($"{steps[index].Spatial}/{steps[index].Temporal}");
            Assert.True(index == 0 || steps[index].Rate >= steps[index - 1].Rate);
        }

        Assert.Equal(expected, string.Join(' ', named));
    }

    /// <summary>What a shard's first viewer finds: the publisher's cache, and no rates yet. Where all were free it
    /// would begin with the best, whatever its network.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8, 1, false, 3)]
    [InlineData(CodecKind.Vp8, 1, true, 3)]
    [InlineData(CodecKind.Vp9, 3, false, 1)]
    [InlineData(CodecKind.Av1, 3, true, 1)]
    public void ReadSteps_OnlyReplayed_NoneIsFree(
        CodecKind codec,
        int spatials,
        bool hasDescriptors,
        int layers
    )
    {
        var (track, viewer, later) = Replay(codec, spatials, hasDescriptors, layers);

        var steps = new LayerSteps();
        track.ReadSteps(viewer, ref steps, later);

        Assert.Equal([150, 450, 1350], Named(steps).Select(step => step.Rate.BitsPerSecond / 1000));
    }

    /// <summary>A choice by hand also bounds what is only guessed: nothing above it is sent in the first second.</summary>
    [Theory]
    [InlineData(CodecKind.Vp9, false, 1, -1, "0/2:150 1/2:450")]
    [InlineData(CodecKind.Vp9, false, 0, 1, "0/1:150")]
    [InlineData(CodecKind.Av1, true, -1, 0, "0/0:150 1/0:450 2/0:1350")]
    [InlineData(CodecKind.Av1, true, 7, -1, "0/2:150 1/2:450 -1/-1:1350")]
    public void ReadSteps_OnlyReplayedAndChosenByHand_NoneAboveTheChosen(
        CodecKind codec,
        bool hasDescriptors,
        int spatial,
        int temporal,
        string expected
    )
    {
        var (track, viewer, later) = Replay(codec, 3, hasDescriptors, layers: 1);
        track.ChooseLayers(viewer, spatial, temporal);

        var steps = new LayerSteps();
        track.ReadSteps(viewer, ref steps, later);

        Assert.Equal(
            expected,
            string.Join(
                ' ',
                Named(steps)
                    .Select(step =>
                        $"{step.Spatial}/{step.Temporal}:{step.Rate.BitsPerSecond / 1000}"
                    )
            )
        );
    }

    /// <summary>While nothing is known of the layers all there is is one quality; the choice holds in it too, from the
    /// first picture that has layers on.</summary>
    [Fact]
    public void SetAllocation_AllOfIt_NoneAboveTheChosen()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Vp8, new(1, 3), hasDescriptors: false);
        var (subscription, sent) = bench.Join();
        bench.Track.ChooseLayers(subscription, spatial: -1, temporal: 1);
        bench.Track.SetAllocation(subscription, new LayerStep(0, Bitrate.Zero), -1, bench.Now);

        bench.Pictures(100, random);

        Assert.InRange(Timestamps(sent, 0), 48, 54);
        bench.Track.ChooseLayers(subscription, spatial: -1, temporal: -1);
        bench.Track.SetAllocation(subscription, new LayerStep(0, Bitrate.Zero), -1, bench.Now);
        var before = sent.Count;
        bench.Pictures(100, random);
        Assert.InRange(Timestamps(sent, before), 94, 101);
    }

    /// <summary>A viewer for whom there is no room chooses among the layers there are, and has what it chose once there
    /// is room again.</summary>
    [Fact]
    public void ChooseLayers_WhileStarved_HoldsOnceItGoesOn()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Vp8, new(1, 3), hasDescriptors: false);
        var (subscription, sent) = bench.Join();
        bench.Pictures(50, random);
        bench.Track.Starve(subscription, first: 0, bench.Now);
        bench.Pictures(50, random);

        Assert.Equal(0b111, bench.Track.FindPairs(-1, bench.Now));
        bench.Track.ChooseLayers(subscription, spatial: -1, temporal: 0);
        var steps = new LayerSteps();
        bench.Track.ReadSteps(subscription, ref steps, bench.Now);
        Assert.Equal(1, steps.Count);
        bench.Track.SetAllocation(subscription, steps[0], -1, bench.Now);
        var before = sent.Count;
        bench.Pictures(100, random);

        Assert.InRange(Timestamps(sent, before), 23, 28);
    }

    /// <summary>What a viewer chose by hand bounds what it is given; where nothing is so low, it has the lowest.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8, 1, 3, -1, 1, "0/0 0/1")]
    [InlineData(CodecKind.Vp8, 1, 3, -1, 0, "0/0")]
    [InlineData(CodecKind.Vp8, 1, 3, 0, 2, "0/0 0/1 -1/-1")]
    [InlineData(CodecKind.Vp9, 2, 2, 0, -1, "0/0 0/1")]
    [InlineData(CodecKind.Vp9, 2, 2, 1, 0, "0/0 1/0")]
    [InlineData(CodecKind.Vp9, 2, 2, -1, -1, "0/0 0/1 1/0 1/1")]
    public void ChooseLayers_StreamWithLayers_NoneAboveTheChosen(
        CodecKind codec,
        int spatials,
        int temporals,
        int spatial,
        int temporal,
        string expected
    )
    {
        var bench = new ThinningBench(codec, new(spatials, temporals), hasDescriptors: false);
        var (subscription, _) = bench.Join();
        bench.Pictures(100, Seeds.Random());
        var steps = new LayerSteps();

        bench.Track.ChooseLayers(subscription, spatial, temporal);
        bench.Track.ReadSteps(subscription, ref steps, bench.Now);

        Assert.Equal(
            expected,
            string.Join(' ', Named(steps).Select(step => $"{step.Spatial}/{step.Temporal}"))
        );
    }

    [Fact]
    public void SetAllocation_HalfThePictures_SendsHalfThePicturesAndAllOfThemAgain()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Vp8, new(1, 3), hasDescriptors: false);
        var (subscription, sent) = bench.Join();
        bench.Pictures(100, random);
        var all = Timestamps(sent, 0);
        var before = sent.Count;

        bench.Track.SetAllocation(
            subscription,
            new LayerStep(0, Bitrate.Zero, 0, 1),
            -1,
            bench.Now
        );
        bench.Pictures(100, random);
        var half = Timestamps(sent, before);
        before = sent.Count;
        bench.Track.SetAllocation(subscription, new LayerStep(0, Bitrate.Zero), -1, bench.Now);
        bench.Pictures(100, random);

        Assert.InRange(all, 98, 101);
        Assert.InRange(half, 48, 54);
        Assert.InRange(Timestamps(sent, before), 94, 101);
    }

    private static IEnumerable<LayerStep> Named(LayerSteps steps) =>
        Enumerable.Range(0, steps.Count).Select(index => steps[index]);

    /// <summary>A shard's first viewer, 100 ms after the cache was played to it.</summary>
    private static (Track Track, Subscription Viewer, Instant Now) Replay(
        CodecKind codec,
        int spatials,
        bool hasDescriptors,
        int layers
    )
    {
        var bench = new ThinningBench(codec, new(spatials, 3), hasDescriptors);
        bench.Pictures(100, Seeds.Random());
        var track = new Track(bench.Track.Description, [bench.Pool], new TrackOptions());
        track.StartSource(bench.Encoder.Epoch, Rids(layers), bench.Now);
        track.SetDescriptorExtension(hasDescriptors ? LayeredEncoder.DescriptorId : (byte)0);
        var viewer = new Subscription(new(1000), 0) { Owner = new List<ThinnedPacket>() };
        track.Attach(viewer, bench.Now);
        var later = bench.Now + TimeSpan.FromMilliseconds(100);
        for (byte layer = 0; layer < layers; layer++)
        {
            var sink = new ReplayInto(track, layer, bench.Pool, codec, later);
            Assert.True(bench.Track.ReplayCache(ref sink, TimeSpan.Zero));
        }

        return (track, viewer, later);
    }

    private static int Timestamps(List<ThinnedPacket> sent, int from) =>
        sent.Skip(from).Select(packet => packet.Timestamp).Distinct().Count();

    private static Rid[] Rids(int layers) =>
        layers == 1 ? [] : [.. "abc".Select(name => Rid.Create($"{name}"))];

    /// <summary>Plays one layer's cache into a layer of another track, as a ring between shards does.</summary>
    private readonly struct ReplayInto(
        Track track,
        byte layer,
        PacketPool pool,
        CodecKind codec,
        Instant now
    ) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            var sink = new ThinningSink(pool, codec);
            track.Forward(packet with { Layer = layer }, ref sink, now);
            return true;
        }
    }
}
