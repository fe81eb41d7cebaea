using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Whole streams with layers through a track, judged by what their encoder knows.</summary>
public sealed class ThinningScenarios
{
    public static readonly TheoryData<CodecKind, int, int, bool, bool> Streams = new()
    {
        { CodecKind.Vp8, 1, 2, false, false },
        { CodecKind.Vp8, 1, 3, false, false },
        { CodecKind.Vp8, 1, 3, false, true },
        { CodecKind.H264, 1, 3, false, true },
        { CodecKind.Av1, 1, 3, false, true },
        { CodecKind.Av1, 2, 1, false, true },
        { CodecKind.Av1, 3, 3, true, true },
        { CodecKind.Av1, 3, 3, false, true },
        { CodecKind.Vp9, 2, 2, false, true },
        { CodecKind.Vp9, 3, 3, true, true },
        { CodecKind.Vp9, 3, 3, false, true },
        { CodecKind.Vp9, 1, 3, false, false },
        { CodecKind.Vp9, 2, 1, false, false },
        { CodecKind.Vp9, 3, 3, false, false },
    };

    /// <summary>Caps that change at random, nothing lost: what goes out is decodable and seamless.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public void Caps_AtRandomNothingLost_DecodableAndSeamless(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) =>
        Seeds.Check(
            random =>
            {
                var bench = Bench(codec, spatials, temporals, isKeyMode, hasDescriptors);
                var (subscription, sent) = bench.Join();
                for (var step = 0; step < 40; step++)
                {
                    bench.Track.SetLayerCap(
                        subscription,
                        random.NextInt32(spatials + 1) - (step == 39 ? 0 : 1),
                        random.NextInt32(temporals + 1) - 1
                    );
                    bench.Pictures(1 + random.NextInt32(24), random);
                }

                Assert.True(sent.Count > 200);
                ThinningOracle.Decodable(bench, sent);
                ThinningOracle.Seamless(bench, sent);
                if (hasDescriptors)
                {
                    ThinningOracle.Described(bench, sent);
                }
            },
            rounds: 6
        );

    /// <summary>The same with packets that come late or never.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public void Caps_AtRandomWithLoss_WhatGoesOutIsDecodable(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) =>
        Seeds.Check(
            random =>
            {
                var bench = Bench(codec, spatials, temporals, isKeyMode, hasDescriptors);
                var (subscription, sent) = bench.Join();
                bench.Pictures(8, random);
                bench.LatePerThousand = 30;
                bench.LostPerThousand = random.NextInt32(2) * 10;
                for (var step = 0; step < 40; step++)
                {
                    bench.Track.SetLayerCap(
                        subscription,
                        random.NextInt32(spatials + 1) - 1,
                        random.NextInt32(temporals + 1) - 1
                    );
                    bench.Pictures(1 + random.NextInt32(24), random);
                }

                bench.Drain();
                ThinningOracle.Decodable(bench, sent);
            },
            rounds: 6
        );

    /// <summary>Every cap is reached, and then the viewer gets exactly its decode target.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public void Cap_AfterAWhile_ExactlyTheDecodeTarget(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) =>
        Seeds.Check(random =>
        {
            var bench = Bench(codec, spatials, temporals, isKeyMode, hasDescriptors);
            var (subscription, sent) = bench.Join();
            bench.Pictures(4, random);
            for (var round = 0; round < 30; round++)
            {
                var spatial = random.NextInt32(spatials);
                var temporal = random.NextInt32(temporals);
                bench.Track.SetLayerCap(subscription, spatial, temporal);
                bench.Pictures(40, random);
                var settled = bench.Encoder.Frames.Values.Max(frame => frame.Picture) + 1;
                bench.Pictures(16, random);
                ThinningOracle.Exactly(bench, sent, settled, spatial, temporal);
            }
        });

    private static ThinningBench Bench(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) => new(codec, new LayeredMode(spatials, temporals, isKeyMode), hasDescriptors);
}
