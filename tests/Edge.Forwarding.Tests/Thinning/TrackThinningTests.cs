using Edge.Forwarding.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

public sealed class TrackThinningTests
{
    /// <summary>Chromium's own descriptors of L3T3_KEY, templates and all.</summary>
    [Fact]
    public void Cap_CapturedThreeByThree_EachTargetAsItsTemplatesSay()
    {
        var random = Seeds.Random();
        for (var spatial = 0; spatial < 3; spatial++)
        {
            for (var temporal = 0; temporal < 3; temporal++)
            {
                var bench = new ThinningBench(
                    CodecKind.Vp9,
                    new(3, 3, IsKeyMode: true),
                    captured: CapturedDescriptors.ThreeByThree
                );
                var (subscription, sent) = bench.Join();
                bench.Track.SetLayerCap(subscription, spatial, temporal);
                bench.Pictures(1 + 8 * 4, random);
                ThinningOracle.Decodable(bench, sent);
                ThinningOracle.Seamless(bench, sent);
                ThinningOracle.Described(bench, sent);
                ThinningOracle.Exactly(bench, sent, fromPicture: 0, spatial, temporal);
            }
        }
    }

    /// <summary>Chromium's structure has the size of each spatial layer; without one they are not guessed.</summary>
    [Fact]
    public void SizeOf_CapturedThreeByThree_EachSpatialLayersOwn()
    {
        var mode = new LayeredMode(3, 3, IsKeyMode: true);
        var bench = new ThinningBench(
            CodecKind.Vp9,
            mode,
            captured: CapturedDescriptors.ThreeByThree
        );
        bench.Pictures(2, Seeds.Random());
        Assert.Equal(new VideoSize(320, 180), bench.Track.SizeOf(0, spatial: 0));
        Assert.Equal(new VideoSize(640, 360), bench.Track.SizeOf(0, spatial: 1));
        Assert.Equal(new VideoSize(1280, 720), bench.Track.SizeOf(0, spatial: 2));
        Assert.Equal(default, bench.Track.SizeOf(0, spatial: 3));
        Assert.Equal(default, bench.Track.SizeOf(1, spatial: 0));

        bench = new ThinningBench(CodecKind.Vp9, mode, hasDescriptors: false);
        bench.Pictures(2, Seeds.Random());
        Assert.Equal(default, bench.Track.SizeOf(0, spatial: 2));
    }

    /// <summary>Chromium's descriptors of VP8 L1T3, which has no chains.</summary>
    [Fact]
    public void Cap_CapturedVp8_UpAtTheNextSwitchWithoutAKeyFrame()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Vp8, new(1, 3), captured: CapturedDescriptors.Vp8);
        var (subscription, sent) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, 0);
        bench.Pictures(10, random);
        Assert.Equal(new LayerCell(0, 0), subscription.SentLayers);
        bench.Track.SetLayerCap(subscription, -1, -1);
        bench.Pictures(16, random);
        Assert.Equal(new LayerCell(0, 2), subscription.SentLayers);
        Assert.Equal(0, bench.KeyFramesAsked);
        ThinningOracle.Decodable(bench, sent);
        ThinningOracle.Seamless(bench, sent);
    }

    [Fact]
    public void Cap_SpatialUpWithoutAnswers_AsksAgainAndAgain()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Av1, new(2, 1));
        var (subscription, _) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, -1);
        bench.Pictures(30, random);
        bench.AnswersKeyFrames = false;
        var before = bench.KeyFramesAsked;
        bench.Track.SetLayerCap(subscription, 1, -1);
        bench.Pictures(900, random);
        Assert.InRange(bench.KeyFramesAsked - before, 40, 65);
        bench.AnswersKeyFrames = true;
        bench.Pictures(40, random);
        Assert.Equal(new LayerCell(1, 0), subscription.SentLayers);
        var asked = bench.KeyFramesAsked;
        bench.Pictures(100, random);
        Assert.Equal(asked, bench.KeyFramesAsked);
    }

    [Fact]
    public void Cap_Down_FromTheNextPictureOn()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Av1, new(3, 3));
        var (subscription, sent) = bench.Join();
        bench.Pictures(21, random);
        bench.Track.SetLayerCap(subscription, 0, 0);
        bench.Pictures(20, random);
        ThinningOracle.Exactly(bench, sent, fromPicture: 21, spatial: 0, temporal: 0);
    }

    /// <summary>What is sent again is what was sent: marker, descriptor, picture id and all.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8, 1, false)]
    [InlineData(CodecKind.Vp8, 1, true)]
    [InlineData(CodecKind.Av1, 3, true)]
    [InlineData(CodecKind.Vp9, 3, false)]
    public void HandleNack_ThinnedStream_SameAgain(
        CodecKind codec,
        int spatials,
        bool hasDescriptors
    )
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(codec, new(spatials, 3), hasDescriptors);
        var (subscription, sent) = bench.Join();
        bench.Pictures(4, random);
        bench.LatePerThousand = 30;
        for (var step = 0; step < 12; step++)
        {
            bench.Track.SetLayerCap(subscription, random.NextInt32(spatials), random.NextInt32(3));
            bench.Pictures(4, random);
        }

        var first = sent.ToDictionary(packet => packet.Out);
        var count = sent.Count;
        foreach (var packet in sent.OrderByDescending(packet => packet.Out).Take(200).ToList())
        {
            bench.Nack(subscription, packet.Out);
        }

        var again = sent.Skip(count).ToList();
        Assert.True(again.Count > 40);
        foreach (var packet in again)
        {
            var before = first[packet.Out];
            Assert.Equal(
                before with
                {
                    IsRetransmission = true,
                    Descriptor = [],
                },
                packet with
                {
                    Descriptor = [],
                }
            );
            Assert.Equal(before.Descriptor, packet.Descriptor);
        }
    }

    [Fact]
    public void Join_FromTheCache_BeginsWithTheStructure()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Av1, new(2, 2));
        bench.Pictures(12, random);
        var (_, sent) = bench.Join();
        bench.Pictures(20, random);
        Assert.True(DescriptorBits.HasStructure(sent[0].Descriptor));
        ThinningOracle.Described(bench, sent);
    }

    /// <summary>The viewer began where no structure came along: descriptors would be of no use to it.</summary>
    [Fact]
    public void Join_KeyFrameWithoutStructure_NoDescriptors()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(
            CodecKind.H264,
            new(1, 1),
            captured: _ => Convert.FromHexString("c00001")
        );
        var (_, sent) = bench.Join();
        bench.Pictures(10, random);
        Assert.NotEmpty(sent);
        Assert.All(sent, packet => Assert.Empty(packet.Descriptor));
    }

    /// <summary>Another publisher under the same name: frames count on.</summary>
    [Fact]
    public void StartSource_Another_FrameNumbersGoOn()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Av1, new(2, 2));
        var (subscription, sent) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, 1);
        bench.Pictures(15, random);
        bench.ReplaceSource();
        bench.Pictures(15, random);
        var numbers = sent.Select(packet =>
            {
                DescriptorBits.TryReadFrameNumber(packet.Descriptor, out var number);
                return number;
            })
            .ToList();
        for (var index = 1; index < numbers.Count; index++)
        {
            Assert.InRange(unchecked((short)(numbers[index] - numbers[index - 1])), 0, 4);
        }

        Assert.Equal(2, sent.Count(packet => DescriptorBits.HasStructure(packet.Descriptor)));
    }

    [Fact]
    public void Limit_BeforeAttach_CountsFromTheFirstPicture()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(CodecKind.Vp8, new(1, 3), hasDescriptors: false);
        var sent = new List<ThinnedPacket>();
        var subscription = new Subscription(new(1), 1) { Owner = sent };
        subscription.Limit(spatial: -1, temporal: 1);
        Assert.Equal((-1, 1), (subscription.MaxSpatial, subscription.MaxTemporal));
        bench.Track.Attach(subscription, bench.Now);
        bench.Pictures(40, random);
        ThinningOracle.Exactly(bench, sent, fromPicture: 0, spatial: 0, temporal: 1);
        ThinningOracle.Seamless(bench, sent);
    }
}
