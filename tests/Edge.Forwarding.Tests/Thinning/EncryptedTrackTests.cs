using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Tracks whose frames only the ends can read.</summary>
public sealed class EncryptedTrackTests
{
    [Theory]
    [InlineData(CodecKind.Vp8, 1)]
    [InlineData(CodecKind.Vp9, 3)]
    [InlineData(CodecKind.Av1, 3)]
    public void Cap_WithDescriptors_AsInTheClear(CodecKind codec, int spatials)
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(codec, new(spatials, 3), isEncrypted: true);
        var (subscription, sent) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, 1);
        bench.Pictures(40, random);
        ThinningOracle.Decodable(bench, sent);
        ThinningOracle.Seamless(bench, sent);
        ThinningOracle.Exactly(bench, sent, fromPicture: 0, spatial: 0, temporal: 1);
    }

    /// <summary>VP8's payload descriptor is not part of the encrypted frame.</summary>
    [Fact]
    public void Cap_Vp8WithoutDescriptors_ByItsPayloadDescriptor()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(
            CodecKind.Vp8,
            new(1, 3),
            hasDescriptors: false,
            isEncrypted: true
        );
        var (subscription, sent) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, 0);
        bench.Pictures(10, random);
        bench.Track.SetLayerCap(subscription, 0, 1);
        bench.Pictures(30, random);
        Assert.Equal(1, subscription.SentLayers.Temporal);
        ThinningOracle.Decodable(bench, sent);
        ThinningOracle.Seamless(bench, sent);
    }

    [Fact]
    public void Cap_Vp9WithoutDescriptors_NothingIsLeftOut()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(
            CodecKind.Vp9,
            new(2, 2),
            hasDescriptors: false,
            isEncrypted: true
        );
        var (subscription, sent) = bench.Join();
        bench.Track.SetLayerCap(subscription, 0, 0);
        bench.Pictures(20, random);
        ThinningOracle.Exactly(bench, sent, fromPicture: 0, spatial: 1, temporal: 1);
    }

    /// <summary>A joiner begins with the next picture, and one key frame is asked for.</summary>
    [Fact]
    public void Join_WithoutDescriptors_NextPictureAndOneKeyFrame()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(
            CodecKind.Av1,
            new(1, 1),
            hasDescriptors: false,
            isEncrypted: true
        );
        bench.Pictures(60, random);
        var before = bench.KeyFramesAsked;
        var (_, sent) = bench.Join();
        bench.Pictures(300, random);

        Assert.Equal(before + 1, bench.KeyFramesAsked);
        Assert.Equal(60, bench.Encoder.FrameOf[sent[0].In].Picture);
        ThinningOracle.Seamless(bench, sent);
        Assert.Contains(sent, packet => bench.Encoder.FrameOf[packet.In].IsKey);
        ThinningOracle.Exactly(bench, sent, fromPicture: 60, spatial: 0, temporal: 0);
    }

    /// <summary>Its decoder, which found no key frame, asks again, and the publisher hears of it.</summary>
    [Fact]
    public void HandleKeyFrameRequest_WithoutDescriptors_AsksOnceEach()
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(
            CodecKind.H264,
            new(1, 1),
            hasDescriptors: false,
            isEncrypted: true
        );
        var (subscription, _) = bench.Join();
        bench.Pictures(60, random);
        var before = bench.KeyFramesAsked;
        bench.Track.HandleKeyFrameRequest(subscription, bench.Now);
        bench.Pictures(60, random);
        Assert.Equal(before + 1, bench.KeyFramesAsked);
    }
}
