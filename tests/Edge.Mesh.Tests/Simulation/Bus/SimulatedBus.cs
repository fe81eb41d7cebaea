namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>Servers, the links between them and the clients at them: NATS, as far as the mesh can tell.</summary>
/// <remarks>At most once, in the order of each publisher. A message crosses a link only if somebody behind it
/// subscribed its subject, and then once. What a server knows of that travels over the links itself.</remarks>
internal sealed class SimulatedBus(MeshWorld world)
{
    private readonly List<BusServer> _servers = [];
    private readonly List<BusRoute> _routes = [];
    private ulong _nextParcel;
    private ulong _nextClient;

    public IReadOnlyList<BusServer> Servers => _servers;

    public IReadOnlyList<BusRoute> Routes => _routes;

    /// <summary>All directions of all routes.</summary>
    public IEnumerable<BusLink> Links => _servers.SelectMany(server => server.Links);

    /// <summary>Adds a server.</summary>
    public BusServer AddServer(string name)
    {
        var server = new BusServer(world, name);
        _servers.Add(server);
        return server;
    }

    /// <summary>Joins two servers.</summary>
    public BusRoute Join(
        BusServer one,
        BusServer other,
        BusRouteKind kind,
        BusConditions conditions
    )
    {
        var there = new BusLink(world, one, other, kind, conditions);
        var back = new BusLink(world, other, one, kind, conditions);
        one.Add(there);
        other.Add(back);
        var route = new BusRoute(world, there, back);
        one.Add(route);
        other.Add(route);
        _routes.Add(route);
        return route;
    }

    /// <summary>The route between two servers.</summary>
    public BusRoute Route(BusServer one, BusServer other) =>
        _routes.Find(route => route.Joins(one, other))
        ?? throw new ArgumentException($"{one.Name} is not joined with it.", nameof(other));

    /// <summary>A client of a server.</summary>
    public BusClient Connect(BusServer server) => new(world, this, server, _nextClient++);

    /// <summary>The number of the next message.</summary>
    public ulong NextParcel() => ++_nextParcel;
}
