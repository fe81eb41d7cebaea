using Edge.Hosting.Discovery;
using Edge.Primitives;

namespace Edge.Hosting.Tests.Discovery;

/// <summary>That the catalogue is old, and that it is not any more, is said once each.</summary>
public sealed class CatalogueAgeTests
{
    private static readonly TimeSpan OldAfter = TimeSpan.FromSeconds(60);

    private readonly CatalogueAge _age = new(OldAfter, At(0));

    [Fact]
    public void FindOld_NeverSeen_OnceSinceTheStart()
    {
        _age.HandleFault(ConsulFault.Unreachable);
        Assert.Null(_age.FindOld(At(59)));
        Assert.Equal(OldAfter, _age.FindOld(At(60)));
        Assert.Null(_age.FindOld(At(600)));
        Assert.Equal(ConsulFault.Unreachable, _age.Fault);
    }

    [Fact]
    public void HandleSeen_AfterOld_AgeOnceAndNewAgain()
    {
        _age.FindOld(At(60));
        Assert.Equal(TimeSpan.FromSeconds(90), _age.HandleSeen(At(90)));
        Assert.Null(_age.HandleSeen(At(91)));
        Assert.Equal(ConsulFault.None, _age.Fault);
        Assert.Null(_age.FindOld(At(150)));
        Assert.Equal(OldAfter, _age.FindOld(At(151)));
    }

    [Fact]
    public void HandleSeen_ShortOutage_NotWorthAWord()
    {
        _age.HandleFault(ConsulFault.TimedOut);
        Assert.Null(_age.HandleSeen(At(30)));
    }

    private static Instant At(double seconds) => Instant.FromMilliseconds(seconds * 1000);
}
