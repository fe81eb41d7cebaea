using Edge.Forwarding.Tests.Thinning;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A viewer of a stream with layers within it moves from process to process while its caps change. What it gets
/// is, to the byte, what it had got without.</summary>
public sealed class LayeredMoveScenarios
{
    [Theory]
    [MemberData(nameof(ThinningScenarios.Streams), MemberType = typeof(ThinningScenarios))]
    public void Moves_CapsAtRandom_AsIfItHadStayed(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) =>
        Seeds.Check(
            (seed, _) =>
            {
                var mode = new LayeredMode(spatials, temporals, isKeyMode);
                var stayed = Run(codec, mode, hasDescriptors, seed, moveEvery: 0, out var there);
                var moved = Run(codec, mode, hasDescriptors, seed, moveEvery: 3, out var here);

                Assert.True(stayed.Count > 200);
                Assert.Equal(there.KeyFramesAsked, here.KeyFramesAsked);
                IsSame(stayed, moved);
                ThinningOracle.Decodable(here, moved);
                Assert.InRange(here.ViewerBytesMost, 100, 6000);
                Assert.InRange(here.TrackBytesMost, 50, 1500);
            },
            rounds: 4
        );

    /// <summary>The same with packets that come late, some of them behind a move.</summary>
    [Theory]
    [MemberData(nameof(ThinningScenarios.Streams), MemberType = typeof(ThinningScenarios))]
    public void Moves_PacketsLate_AsIfItHadStayed(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    ) =>
        Seeds.Check(
            (seed, _) =>
            {
                var mode = new LayeredMode(spatials, temporals, isKeyMode);
                var stayed = Run(codec, mode, hasDescriptors, seed, 0, out var there, late: 30);
                var moved = Run(codec, mode, hasDescriptors, seed, 3, out var here, late: 30);
                there.Drain();
                here.Drain();

                IsSame(stayed, moved);
                ThinningOracle.Decodable(here, moved);
            },
            rounds: 4
        );

    private static List<ThinnedPacket> Run(
        CodecKind codec,
        LayeredMode mode,
        bool hasDescriptors,
        ulong seed,
        int moveEvery,
        out ThinningBench bench,
        int late = 0
    )
    {
        var random = Prng.FromNumber(seed);
        bench = new ThinningBench(codec, mode, hasDescriptors);
        var (subscription, sent) = bench.Join();
        bench.Pictures(8, random);
        bench.LatePerThousand = late;
        for (var step = 0; step < 40; step++)
        {
            bench.Track.SetLayerCap(
                subscription,
                random.NextInt32(mode.Spatials + 1) - 1,
                random.NextInt32(mode.Temporals + 1) - 1
            );
            bench.Pictures(1 + random.NextInt32(24), random);
            if (moveEvery > 0 && step % moveEvery == 0)
            {
                subscription = bench.HandOver(subscription, Clock(step));
            }

            bench.Pictures(random.NextInt32(4), random);
            for (var again = random.NextInt32(4); again > 0; again--)
            {
                bench.Nack(subscription, subscription.HighestSent - random.NextInt32(5));
            }
        }

        return sent;
    }

    private static TimeSpan Clock(int step) => TimeSpan.FromHours(step % 2 == 0 ? 30 : -29.5);

    private static void IsSame(List<ThinnedPacket> expected, List<ThinnedPacket> actual)
    {
        for (var index = 0; index < Math.Min(expected.Count, actual.Count); index++)
        {
            Assert.Equal(expected[index].Descriptor, actual[index].Descriptor);
            Assert.Equal(
                expected[index] with
                {
                    Descriptor = [],
                },
                actual[index] with
                {
                    Descriptor = [],
                }
            );
        }

        Assert.Equal(expected.Count, actual.Count);
    }
}
