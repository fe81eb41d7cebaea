namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>One server: its clients, its links, and who wants what behind them.</summary>
internal sealed class BusServer(MeshWorld world, string name)
{
    /// <summary>From a server to a client of its PoP.</summary>
    public static readonly TimeSpan LocalDelay = TimeSpan.FromMicroseconds(100);

    private readonly SubjectTable<Wants> _wants = new();
    private readonly List<BusClient> _clients = [];
    private readonly List<BusLink> _links = [];
    private readonly List<BusRoute> _routes = [];
    private readonly List<Wants> _found = [];

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>Whether it runs.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>What leaves it.</summary>
    public IReadOnlyList<BusLink> Links => _links;

    /// <summary>Adds a link that leaves it.</summary>
    public void Add(BusLink link) => _links.Add(link);

    /// <summary>Adds a route of which it is one end.</summary>
    public void Add(BusRoute route) => _routes.Add(route);

    /// <summary>Adds a client.</summary>
    public void Add(BusClient client) => _clients.Add(client);

    /// <summary>Removes a client.</summary>
    public void Remove(BusClient client) => _clients.Remove(client);

    /// <summary>It stops: all connections are lost, with what is on the way.</summary>
    public void Stop()
    {
        IsUp = false;
        foreach (var client in _clients.ToArray())
        {
            client.Disconnect();
        }

        foreach (var route in _routes)
        {
            route.Disconnect();
        }

        _wants.Clear();
    }

    /// <summary>It runs again; clients and servers come back by themselves.</summary>
    public void Start() => IsUp = true;

    /// <summary>Whether anybody wants a subject.</summary>
    public bool IsWanted(string subject)
    {
        _wants.Collect(subject, _found);
        return _found.Count > 0;
    }

    /// <summary>A client wants a subject.</summary>
    public void Add(BusSubscription subscription)
    {
        _wants.Open(subscription.Pattern).Local.Add(subscription);
        TellLinks(subscription.Pattern);
    }

    /// <summary>A client wants a subject no more.</summary>
    public void Remove(BusSubscription subscription)
    {
        _wants.Open(subscription.Pattern).Local.Remove(subscription);
        TellLinks(subscription.Pattern);
    }

    /// <summary>The other end of a link wants a subject, or does not any more.</summary>
    public void HandleWants(BusServer other, string pattern, bool wants)
    {
        var link = _links.Find(link => link.To == other)!;
        var links = _wants.Open(pattern).Links;
        if (wants)
        {
            links.Add(link);
        }
        else
        {
            links.Remove(link);
        }

        TellLinks(pattern);
    }

    /// <summary>Nothing is known of what the other end of a link wants.</summary>
    public void ForgetWants(BusLink link)
    {
        foreach (var (pattern, wants) in _wants.All.ToArray())
        {
            if (wants.Links.Remove(link))
            {
                TellLinks(pattern);
            }
        }
    }

    /// <summary>Tells the other end of a link everything that it is to know.</summary>
    public void TellAll(BusLink link)
    {
        foreach (var (pattern, wants) in _wants.All.ToArray())
        {
            link.Tell(pattern, IsWantedOver(link, wants));
        }
    }

    /// <summary>Passes a message on to whoever wants it.</summary>
    /// <param name="parcel">The message.</param>
    /// <param name="over">The link that it came over; null when a client published it.</param>
    public void Route(BusParcel parcel, BusLink? over)
    {
        _wants.Collect(parcel.Subject, _found);
        foreach (var wants in _found)
        {
            foreach (var subscription in wants.Local)
            {
                Deliver(subscription, parcel);
            }
        }

        foreach (var link in _links)
        {
            if (IsOnward(over, link) && IsWantedBy(link))
            {
                link.Send(parcel);
            }
        }
    }

    private bool IsWantedBy(BusLink link)
    {
        foreach (var wants in _found)
        {
            if (wants.Links.Contains(link))
            {
                return true;
            }
        }

        return false;
    }

    private void Deliver(BusSubscription subscription, BusParcel parcel)
    {
        var connection = subscription.Client.Connection;
        world.After(LocalDelay, () => subscription.Client.Take(subscription, parcel, connection));
    }

    private void TellLinks(string pattern)
    {
        var wants = _wants.Open(pattern);
        foreach (var link in _links)
        {
            link.Tell(pattern, IsWantedOver(link, wants));
        }

        if (wants.Local.Count == 0 && wants.Links.Count == 0)
        {
            _wants.Remove(pattern);
        }
    }

    /// <summary>Whether what comes over the reverse of a link would be passed on to somebody.</summary>
    private static bool IsWantedOver(BusLink link, Wants wants)
    {
        if (wants.Local.Count > 0)
        {
            return true;
        }

        foreach (var other in wants.Links)
        {
            if (
                other != link
                && (other.Kind == BusRouteKind.Leaf || link.Kind == BusRouteKind.Leaf)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOnward(BusLink? over, BusLink link) =>
        over is null
        || (
            link.To != over.From
            && (over.Kind == BusRouteKind.Leaf || link.Kind == BusRouteKind.Leaf)
        );

    /// <summary>Who wants a subject.</summary>
    private sealed class Wants
    {
        public List<BusSubscription> Local { get; } = [];

        public List<BusLink> Links { get; } = [];
    }
}
