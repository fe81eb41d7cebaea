using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>Windows that close for others: nothing is ever forgotten.</summary>
public sealed class ReplayWindowsTests
{
    private const int OpenMax = 4;
    private const int SourcesMax = 64;

    [Fact]
    public void Close_LateIndexThatWasNeverUsed_CountsAsUsed()
    {
        var window = new ReplayWindow();
        window.Accept(100);
        window.Accept(102);
        Assert.Equal(ReplayVerdict.Fresh, window.Check(101));

        window.Close();

        Assert.False(window.IsOpen);
        Assert.Equal(ReplayVerdict.TooOld, window.Check(101));
        Assert.Equal(ReplayVerdict.TooOld, window.Check(102));
        Assert.Equal(ReplayVerdict.Fresh, window.Check(103));
        window.Accept(105);
        Assert.Equal(ReplayVerdict.Fresh, window.Check(104));
        Assert.Equal(ReplayVerdict.TooOld, window.Check(102));
    }

    /// <summary>Windows that are advanced leave their place among the open ones: those close in the order they had, and a state of them
    /// can be read.</summary>
    [Fact]
    public void Advance_AnyMoments_NothingUpToItIsTakenAndStatesAreRead() =>
        Seeds.Check(random =>
        {
            var windows = new ReplayWindows(SourcesMax, OpenMax);
            var lowest = new long[12];
            for (var step = 0; step < 2000; step++)
            {
                var ssrc = (uint)random.NextInt32(lowest.Length);
                var index = lowest[ssrc] + random.NextInt32(50);
                var window = windows.Find(ssrc);
                if (random.NextInt32(8) == 0)
                {
                    Assert.True(windows.Advance(ssrc, index));
                    lowest[ssrc] = Math.Max(index, windows.Find(ssrc)!.Highest) + 1;
                    Assert.Equal(ReplayVerdict.TooOld, windows.Find(ssrc)!.Check(lowest[ssrc] - 1));
                }
                else if ((window?.Check(index) ?? ReplayVerdict.Fresh) == ReplayVerdict.Fresh)
                {
                    Assert.True(index >= lowest[ssrc]);
                    windows.Accept(ssrc, window, index);
                }

                Assert.True(Open(windows, lowest.Length) <= OpenMax);
                using var writer = new StateWriter(Instant.Zero, 1 << 16);
                windows.Write(writer);
                var reader = new StateReader(writer.Written, Instant.Zero);
                windows = new ReplayWindows(SourcesMax, OpenMax);
                windows.Read(ref reader);
                Assert.False(reader.IsBroken);
            }
        });

    [Fact]
    public void Advance_OneTooMany_Refuses()
    {
        var windows = new ReplayWindows(sourcesMax: 1, OpenMax);
        Assert.True(windows.Advance(ssrc: 1, last: 5));
        Assert.False(windows.Advance(ssrc: 2, last: 5));
    }

    /// <summary>Against a model that remembers everything: what was accepted once never is again.</summary>
    [Fact]
    public void Accept_MoreSourcesThanOpenWindows_NoIndexTwice() =>
        Seeds.Check(random =>
        {
            var windows = new ReplayWindows(SourcesMax, OpenMax);
            var used = new HashSet<(uint Ssrc, long Index)>();
            var heads = new long[12];
            var refusedFresh = 0;
            for (var step = 0; step < 20_000; step++)
            {
                var ssrc = (uint)random.NextInt32(heads.Length);
                heads[ssrc] += random.NextInt32(3);
                var index = Math.Max(0, heads[ssrc] - random.NextInt32(40));
                var window = windows.Find(ssrc);
                if ((window?.Check(index) ?? ReplayVerdict.Fresh) == ReplayVerdict.Fresh)
                {
                    Assert.True(used.Add((ssrc, index)), $"{ssrc}:{index} was accepted twice.");
                    windows.Accept(ssrc, window, index);
                }
                else
                {
                    refusedFresh += used.Contains((ssrc, index)) ? 0 : 1;
                }
            }

            Assert.True(refusedFresh > 0, "No window was ever closed: the test tests nothing.");
            Assert.True(Open(windows, heads.Length) <= OpenMax);
        });

    /// <summary>With as many windows as sources, late packets of all of them are taken, each once.</summary>
    [Fact]
    public void Expect_AsManyAsThereAre_NoneClosesAnother()
    {
        var windows = new ReplayWindows(SourcesMax, OpenMax);
        windows.Expect(SourcesMax);
        windows.Expect(1);
        foreach (var index in (long[])[10, 12, 11])
        {
            for (var ssrc = 0u; ssrc < SourcesMax; ssrc++)
            {
                var window = windows.Find(ssrc);
                Assert.Equal(ReplayVerdict.Fresh, window?.Check(index) ?? ReplayVerdict.Fresh);
                windows.Accept(ssrc, window, index);
                Assert.Equal(ReplayVerdict.Seen, windows.Find(ssrc)!.Check(index));
            }
        }

        Assert.Equal(SourcesMax, Open(windows, SourcesMax));
    }

    private static int Open(ReplayWindows windows, int count)
    {
        var open = 0;
        for (var ssrc = 0u; ssrc < count; ssrc++)
        {
            open += windows.Find(ssrc) is { IsOpen: true } ? 1 : 0;
        }

        return open;
    }
}
