using System.Globalization;
using Xunit;

namespace Anycast.Steering.Tests;

/// <summary>Keys are spread evenly over nodes, the same way everywhere and in every version.</summary>
public sealed class RendezvousTests
{
    /// <summary>Nodes of different versions have to agree.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData("session", 7)]
    [InlineData("session", 8)]
    public void Weight_Known_NeverChanges(string key, int node) =>
        Assert.Equal(Expected(key, node), Rendezvous.Weight(key, (ushort)node));

    [Fact]
    public void Weight_ManyKeys_EachNodeHasItsPart()
    {
        var counts = new int[5];
        for (var key = 0; key < 10_000; key++)
        {
            var text = key.ToString(CultureInfo.InvariantCulture);
            var best = 0;
            for (var node = 1; node < counts.Length; node++)
            {
                best =
                    Rendezvous.Weight(text, (ushort)node) > Rendezvous.Weight(text, (ushort)best)
                        ? node
                        : best;
            }

            counts[best]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 1800, 2200));
    }

    /// <summary>By the definition, step by step.</summary>
    private static ulong Expected(string key, int node)
    {
        unchecked
        {
            var hash = 0xCBF29CE484222325UL;
            foreach (var character in key)
            {
                hash = (hash ^ character) * 0x100000001B3UL;
            }

            hash = (hash ^ (ulong)node) * 0x100000001B3UL + (ulong)node;
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
            return hash ^ (hash >> 31);
        }
    }
}
