using Edge.Node.Steering;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Clusters;

/// <summary>Who is connected anew.</summary>
public sealed class MemberWatchTests
{
    [Fact]
    public void HasNew_MembersConnectAndAreLost_OnlyWhoConnectsIsNew()
    {
        var watch = new MemberWatch();
        Assert.False(watch.HasNew([]));
        Assert.True(watch.HasNew([Member("a", true), Member("b", false)]));
        Assert.False(watch.HasNew([Member("a", true)]));
        Assert.False(watch.HasNew([Member("a", false)]));
        Assert.True(watch.HasNew([Member("a", true)]));

        static PopMember Member(string name, bool isConnected) =>
            new(name, NetworkAddress.FromIPv4(0x7F00_0001, 1), isConnected);
    }
}
