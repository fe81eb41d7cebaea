using Anycast.Steering;
using Edge.Testing;
using Xunit;

namespace Anycast.Takeover.Tests;

/// <summary>What a session is called, and which nodes it is drawn to.</summary>
public sealed class SessionKeyTests
{
    private const int Nodes = 20;

    /// <summary>Sessions of one stream go on at one node.</summary>
    [Fact]
    public void WeightOf_SameLowerHalf_IsTheSameAtEachNode() =>
        Seeds.Check(random =>
        {
            var lower = random.NextUInt64();
            var one = new SessionKey(new UInt128(random.NextUInt64(), lower));
            var other = new SessionKey(new UInt128(random.NextUInt64(), lower));
            Assert.NotEqual(one, other);
            for (ushort node = 0; node < Nodes; node++)
            {
                Assert.Equal(one.WeightOf(node), other.WeightOf(node));
            }
        });

    [Fact]
    public void WeightOf_OtherLowerHalves_SpreadOverTheNodes()
    {
        var random = Seeds.Random();
        var sessions = new int[Nodes];
        for (var session = 0; session < 2000; session++)
        {
            var key = new SessionKey(new UInt128(7, random.NextUInt64()));
            sessions[Enumerable.Range(0, Nodes).MaxBy(node => key.WeightOf((ushort)node))]++;
        }

        Assert.All(sessions, count => Assert.InRange(count, 50, 200));
    }

    /// <summary>All of the lower half counts, with its zeros: every process and version must come to the same.</summary>
    [Theory]
    [InlineData(0x0UL, "0000000000000000")]
    [InlineData(0x00AB_0000_0000_CD01UL, "00ab00000000cd01")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void WeightOf_AKey_IsThatOfItsLowerHalfAsText(ulong lower, string text)
    {
        var key = new SessionKey(new UInt128(0xFEDC_BA98_7654_3210, lower));

        Assert.Equal(Rendezvous.Weight(text, 9), key.WeightOf(9));
    }
}
