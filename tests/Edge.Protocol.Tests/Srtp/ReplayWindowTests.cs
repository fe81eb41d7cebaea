using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>The window of used indices, and the guess of an index, against slow models.</summary>
public sealed class ReplayWindowTests
{
    [Fact]
    public void Accept_AnyOrder_EachIndexOnceLikeTheModel() =>
        Seeds.Check(
            random =>
            {
                var window = new ReplayWindow();
                var used = new HashSet<long>();
                var highest = -1L;
                long head = random.NextInt32(200_000);
                for (var step = 0; step < 20_000; step++)
                {
                    head += random.NextInt32(20) switch
                    {
                        0 => random.NextInt32(70),
                        1 => random.NextInt32(5000),
                        2 => 2047 + random.NextInt32(3),
                        _ => random.NextInt32(2),
                    };
                    var index = head - random.NextInt32(2200);
                    var expected =
                        index < 0 || highest - index >= ReplayWindow.SizeBits ? ReplayVerdict.TooOld
                        : used.Contains(index) ? ReplayVerdict.Seen
                        : ReplayVerdict.Fresh;
                    Assert.Equal(expected, window.Check(index));
                    if (expected == ReplayVerdict.Fresh)
                    {
                        window.Accept(index);
                        used.Add(index);
                        highest = Math.Max(highest, index);
                    }
                }
            },
            rounds: 10
        );

    /// <summary>RFC 3711 appendix A: whichever of the three candidates is nearest.</summary>
    [Fact]
    public void Guess_EveryDistance_IsTheNearestCandidate() =>
        Seeds.Check(random =>
        {
            for (var step = 0; step < 100_000; step++)
            {
                var highest = (long)(random.NextUInt64() >> 17);
                var sequence = (ushort)random.NextInt32(65536);
                var index = SrtpIndex.Guess(sequence, highest);

                Assert.Equal(sequence, (ushort)(index & 0xFFFF));
                Assert.True(Math.Abs(index - highest) <= 32768);
            }
        });

    [Fact]
    public void Guess_BeforeTheFirstRollover_IsNegative() =>
        Assert.True(SrtpIndex.Guess(65535, highest: 0) < 0);

    [Fact]
    public void Guess_NothingReceived_IsTheSequenceItself() =>
        Assert.Equal(65535, SrtpIndex.Guess(65535, highest: -1));
}
