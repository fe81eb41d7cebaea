using System.Globalization;
using System.Runtime.CompilerServices;
using Edge.Primitives;
using Edge.Testing;

namespace Edge.Wire.Tests.Rtp;

/// <summary>One untrusted entry: takes any bytes and throws only when a check of its own fails.</summary>
internal delegate void FuzzTarget(ReadOnlySpan<byte> bytes);

/// <summary>Feeds a fuzz target its corpus, then seeded mutations of it.</summary>
internal static class MutationFuzz
{
    /// <summary>Chosen: about a second for the slowest target; TEST_FUZZ_ROUNDS raises it.</summary>
    private const int RoundsDefault = 5_000;

    private static readonly byte[] Interesting = [0, 1, 2, 3, 0x0F, 0x7F, 0x80, 0xBE, 0xDE, 0xFF];

    public static void Run(
        FuzzTarget target,
        IReadOnlyList<byte[]> corpus,
        [CallerMemberName] string test = ""
    )
    {
        foreach (var entry in corpus)
        {
            target(entry);
        }

        var setting = Environment.GetEnvironmentVariable("TEST_FUZZ_ROUNDS");
        var rounds = int.TryParse(setting, CultureInfo.InvariantCulture, out var given)
            ? given
            : RoundsDefault;
        var random = Seeds.Random(test);
        for (var round = 0; round < rounds; round++)
        {
            var input = Mutate(random, corpus);
            try
            {
                target(input);
            }
            catch (Exception failure)
            {
                throw new TestingException(
                    $"{test}, round {round}, input {Convert.ToHexStringLower(input)}: {failure.Message}",
                    failure
                );
            }
        }
    }

    private static byte[] Mutate(Prng random, IReadOnlyList<byte[]> corpus)
    {
        if (random.NextInt32(20) == 0)
        {
            return random.NextBytes(random.NextInt32(80));
        }

        byte[] input = [.. corpus[random.NextInt32(corpus.Count)]];
        for (var steps = 1 + random.NextInt32(4); steps > 0; steps--)
        {
            input = MutateOnce(random, input, corpus);
        }

        return input;
    }

    private static byte[] MutateOnce(Prng random, byte[] input, IReadOnlyList<byte[]> corpus)
    {
        var at = random.NextInt32(input.Length + 1);
        switch (random.NextInt32(6))
        {
            case 0:
                return input[..at];
            case 1:
                return
                [
                    .. input[..at],
                    .. random.NextBytes(1 + random.NextInt32(8)),
                    .. input[at..],
                ];
            case 2:
                var other = corpus[random.NextInt32(corpus.Count)];
                return [.. input[..at], .. other[random.NextInt32(other.Length + 1)..]];
            case 3 when at < input.Length:
                input[at] ^= (byte)(1 << random.NextInt32(8));
                return input;
            case 4 when at < input.Length:
                input[at] = Interesting[random.NextInt32(Interesting.Length)];
                return input;
            default:
                if (at < input.Length)
                {
                    input[at] = (byte)random.NextUInt32();
                }

                return input;
        }
    }
}
