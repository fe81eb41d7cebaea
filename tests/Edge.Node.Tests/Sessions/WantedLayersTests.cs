using Edge.Node.Sessions.Calls;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>What a publisher is told of the layers that are watched.</summary>
public sealed class WantedLayersTests
{
    private const uint All = 0b111;

    private readonly WantedLayers _wanted = new();

    [Fact]
    public void TryTell_AllWanted_IsNoNewsAtFirst() => Assert.False(Tell(All, atSeconds: 0));

    [Fact]
    public void TryTell_FewerWanted_IsToldOnlyWhenItLasts()
    {
        Assert.False(Tell(0b001, atSeconds: 0));
        Assert.False(Tell(0b001, atSeconds: 4.9));

        Assert.True(Tell(0b001, atSeconds: 5));
        Assert.Equal(0b001u, _wanted.Told);
        Assert.False(Tell(0b001, atSeconds: 20));
    }

    [Fact]
    public void TryTell_WantedAgainMeanwhile_IsNeverTold()
    {
        Tell(0b001, atSeconds: 0);
        Assert.False(Tell(All, atSeconds: 4));

        Assert.False(Tell(0b001, atSeconds: 6));
        Assert.Equal(All, _wanted.Told);
    }

    [Fact]
    public void TryTell_MoreWanted_IsToldAtOnceWithWhatIsNotToldAway()
    {
        Tell(0b001, atSeconds: 0);
        Tell(0b001, atSeconds: 5);

        Assert.True(Tell(0b100, atSeconds: 6));
        Assert.Equal(0b101u, _wanted.Told);
        Assert.False(Tell(0b100, atSeconds: 7));
        Assert.True(Tell(0b100, atSeconds: 12));
        Assert.Equal(0b100u, _wanted.Told);
    }

    /// <summary>Whoever begins to listen is told what holds, though it is no news.</summary>
    [Theory]
    [InlineData(All)]
    [InlineData(0b001u)]
    public void TryTell_AfterRepeat_IsToldOnceItLasts(uint wanted)
    {
        Tell(wanted, atSeconds: 0);
        Tell(wanted, atSeconds: 5);
        _wanted.Repeat();

        Assert.False(Tell(wanted, atSeconds: 6));
        Assert.True(Tell(wanted, atSeconds: 11));
        Assert.Equal(wanted, _wanted.Told);
        Assert.False(Tell(wanted, atSeconds: 30));
    }

    private bool Tell(uint wanted, double atSeconds) =>
        _wanted.TryTell(All, wanted, Instant.Zero + TimeSpan.FromSeconds(atSeconds));
}
