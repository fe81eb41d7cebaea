using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the ChaCha20 key stream.</summary>
public sealed class PrngTests
{
    /// <summary>RFC 8439 Appendix A.1, test vectors 1 and 2: key and nonce zero, counters 0 and 1.</summary>
    [Fact]
    public void Fill_ZeroSeed_KeyStreamOfRfc8439()
    {
        var vectors = Vectors.Load("rfc8439/key-stream.txt");
        var stream = new byte[128];
        new Prng(new byte[Prng.SeedBytes]).Fill(stream);
        Assert.Equal([.. vectors["A.1 vector 1"], .. vectors["A.1 vector 2"]], stream);
    }

    /// <summary>RFC 8439 Appendix A.1, test vector 3: key 00..01, counter 1; the second block of ours.</summary>
    [Fact]
    public void Fill_SeedEndingInOne_KeyStreamOfRfc8439()
    {
        var seed = new byte[Prng.SeedBytes];
        seed[^1] = 1;
        var stream = new byte[128];
        new Prng(seed).Fill(stream);
        Assert.Equal(Vectors.Load("rfc8439/key-stream.txt")["A.1 vector 3"], stream[64..]);
    }

    [Fact]
    public void Fill_InPieces_SameStream() =>
        Seeds.Check(
            (seed, random) =>
            {
                var whole = new byte[1000];
                Prng.FromNumber(seed).Fill(whole);
                var pieces = Prng.FromNumber(seed);
                var rest = new byte[1000];
                for (var at = 0; at < rest.Length; )
                {
                    var length = Math.Min(random.NextInt32(150), rest.Length - at);
                    pieces.Fill(rest.AsSpan(at, length));
                    at += length;
                }

                Assert.Equal(whole, rest);
            },
            rounds: 20
        );

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Constructor_SeedOfOtherLength_Throws(int length) =>
        Assert.Throws<ArgumentException>(() => new Prng(new byte[length]));

    [Fact]
    public void FromNumber_SameAndOtherSeed_SameAndOtherStream()
    {
        Assert.Equal(Prng.FromNumber(1).NextUInt64(), Prng.FromNumber(1).NextUInt64());
        Assert.NotEqual(Prng.FromNumber(1).NextUInt64(), Prng.FromNumber(2).NextUInt64());
    }

    [Fact]
    public void Fork_Twice_TwoStreams()
    {
        var parent = Prng.FromNumber(1);
        var first = parent.Fork();
        var second = parent.Fork();
        Assert.NotEqual(first.NextUInt64(), second.NextUInt64());
    }

    [Fact]
    public void NextInt32_ManyDraws_InRangeAndAllSeen()
    {
        var random = Seeds.Random();
        var seen = new int[7];
        for (var draw = 0; draw < 7000; draw++)
        {
            seen[random.NextInt32(seen.Length)]++;
        }

        Assert.All(seen, count => Assert.InRange(count, 800, 1200));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt32_NoBound_Throws(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Prng.FromNumber(1).NextInt32(bound));

    [Fact]
    public void NextDouble_ManyDraws_FromZeroToBelowOne()
    {
        var random = Seeds.Random();
        var sum = 0.0;
        for (var draw = 0; draw < 10_000; draw++)
        {
            var value = random.NextDouble();
            Assert.InRange(value, 0, 0.9999999999999999);
            sum += value;
        }

        Assert.InRange(sum / 10_000, 0.48, 0.52);
    }

    /// <summary>RFC 8839 §5.4: ice-char is ALPHA, DIGIT, "+" or "/".</summary>
    [Fact]
    public void NextToken_Long_OnlyIceCharsAndAllOfThem()
    {
        var token = Seeds.Random().NextToken(10_000);
        Assert.Equal(10_000, token.Length);
        Assert.Equal(64, token.Distinct().Count());
        Assert.All(
            token,
            character =>
                Assert.True(char.IsAsciiLetterOrDigit(character) || character is '+' or '/')
        );
    }

    [Fact]
    public void Draws_AllButTokens_AllocateNothing()
    {
        var random = Prng.FromNumber(1);
        AllocationAssert.None(() =>
        {
            random.NextUInt32();
            random.NextInt32(10);
            random.NextDouble();
        });
    }
}
