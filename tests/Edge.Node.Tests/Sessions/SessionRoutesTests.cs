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
