using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>The bounded list of a session's flows.</summary>
public sealed class SessionRoutesTests
{
    [Fact]
    public void Set_OneMoreThanFits_TheOldestGoes()
    {
        var routes = new SessionRoutes();
        for (ushort port = 1; port <= SessionRoutes.RoutesMax; port++)
        {
            Assert.Equal(default, routes.Set(Remote(port), default, shard: 0));
        }

        var displaced = routes.Set(Remote(99), default, shard: 3);

        Assert.Equal(Remote(1), displaced.Remote);
        Assert.Equal(SessionRoutes.RoutesMax, routes.Count);
        Assert.False(routes.TryFind(Remote(1), out _));
        Assert.True(routes.TryFind(Remote(99), out var index));
        Assert.Equal(3, routes[index].Shard);
    }

    [Fact]
    public void Set_KnownFlow_ReplacesItsShard()
    {
        var routes = new SessionRoutes();
        routes.Set(Remote(1), default, shard: 0);

        routes.Set(Remote(1), default, shard: 1);

        Assert.Equal(1, routes.Count);
        Assert.True(routes.TryFind(Remote(1), out var index));
        Assert.Equal(1, routes[index].Shard);
    }

    /// <summary>A client checks two of our addresses from one port: the kernel delivers each flow to a shard
    /// of its own, and both have to be let go of in the end.</summary>
    [Fact]
    public void Set_TwoAddressesOfOurs_AreTwoFlows()
    {
        var routes = new SessionRoutes();
        var ours = NetworkAddress.FromIPv4(0x7F000001, 7000);
        var alsoOurs = NetworkAddress.FromIPv4(0x7F000002, 7000);
        routes.Set(Remote(1), ours, shard: 0);
        routes.Set(Remote(1), alsoOurs, shard: 1);

        Assert.Equal(2, routes.Count);
        Assert.True(routes.TryFind(Remote(1), ours, out var index));
        Assert.Equal(0, routes[index].Shard);
        Assert.True(routes.TryRemove(Remote(1), out var first));
        Assert.True(routes.TryRemove(Remote(1), out var second));
        Assert.False(routes.TryRemove(Remote(1), out _));
        Assert.Equal([0, 1], new[] { first.Shard, second.Shard }.Order());
    }

    [Fact]
    public void TryRemove_Known_OthersStay()
    {
        var routes = new SessionRoutes();
        routes.Set(Remote(1), default, shard: 0);
        routes.Set(Remote(2), default, shard: 1);
        routes.Set(Remote(3), default, shard: 2);
        Assert.True(routes.TryFind(Remote(3), out _));

        Assert.True(routes.TryRemove(Remote(2), out var removed));

        Assert.Equal(1, removed.Shard);
        Assert.False(routes.TryRemove(Remote(2), out _));
        Assert.True(routes.TryFind(Remote(1), out _));
        Assert.True(routes.TryFind(Remote(3), out var index));
        Assert.Equal(2, routes[index].Shard);
    }

    [Fact]
    public void TryFind_AllocatesNothing()
    {
        var routes = new SessionRoutes();
        routes.Set(Remote(1), default, shard: 0);
        routes.Set(Remote(2), default, shard: 0);
        AllocationAssert.None(() => routes.TryFind(Remote(2), out _));
    }

    private static NetworkAddress Remote(ushort port) => NetworkAddress.FromIPv4(0x0A000001, port);
}
