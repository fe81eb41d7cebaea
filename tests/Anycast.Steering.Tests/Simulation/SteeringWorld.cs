using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>PoPs, nodes, routers and clients in virtual time, from one seed.</summary>
internal sealed class SteeringWorld
{
    /// <summary>Places of a node's table: fewer than strangers try to fill.</summary>
    public const int TableCapacity = 256;

    private const int Clients = 20;
    private const int NodesMax = 4;

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _queue = new();
    private readonly List<SimulatedPop> _pops = [];
    private readonly List<SimulatedClient> _clients = [];
    private long _order;

    /// <summary>Makes a world of two or three PoPs; control places sessions anywhere in the PoP that a client is near.</summary>
    public SteeringWorld(Prng random)
    {
        Random = random;
        for (ushort pop = 1; pop <= 2 + random.NextInt32(2); pop++)
        {
            _pops.Add(new SimulatedPop(this, pop, 1 + random.NextInt32(NodesMax)));
        }

        for (var number = 0; number < Clients; number++)
        {
            var client = new SimulatedClient(this, number) { Route = Any(_pops) };
            client.Join(Any(client.Route.Nodes));
            client.Start();
            _clients.Add(client);
        }
    }

    public Prng Random { get; }

    /// <summary>The share of letters between nodes that are lost.</summary>
    public double LetterLoss { get; set; }

    /// <summary>Whether nodes that end give their sessions to others.</summary>
    public bool HandsOver { get; init; }

    public Instant Now { get; private set; }

    /// <summary>How often a datagram was passed on within a PoP, at most.</summary>
    public int HopsMax { get; private set; }

    /// <summary>The longest time in which nothing of a client came to its session.</summary>
    public TimeSpan LongestGap => _clients.Max(client => client.LongestGap);

    /// <summary>Has something done later.</summary>
    public void After(TimeSpan delay, Action action) =>
        _queue.Enqueue(action, ((Now + delay).Ticks, _order++));

    /// <summary>Lets time pass.</summary>
    public void RunFor(TimeSpan duration)
    {
        var end = Now + duration;
        while (_queue.TryPeek(out _, out var due) && due.Ticks <= end.Ticks)
        {
            Now = new Instant(due.Ticks);
            _queue.Dequeue()();
        }

        Now = end;
        _clients.ForEach(client => client.NoteGap());
    }

    /// <summary>One of the things that happen to a network.</summary>
    public void Change()
    {
        var pop = Any(_pops);
        switch (Random.NextInt32(6))
        {
            case 0:
                pop.Spread();
                break;
            case 1:
                Any(_clients).Route = pop;
                break;
            case 2:
                Any(_clients).Rebind();
                break;
            case 3 when pop.Nodes.Count < NodesMax:
                pop.Add();
                break;
            case 4 when HandsOver && pop.Staying.Count > 1:
                pop.Leave(Any(pop.Staying), TimeSpan.FromSeconds(1));
                break;
            case 4 when !HandsOver && pop.Nodes.Count > 1:
                End(pop, Any(pop.Nodes));
                break;
            case 5:
                // The page is loaded again, and the port is the same: two sessions have the address.
                Any(_clients).Join(Any(pop.Staying));
                break;
            default:
                pop.Spread();
                break;
        }
    }

    /// <summary>In each PoP a node gives its sessions away, and nobody hears of it.</summary>
    public void LeaveUnheard(TimeSpan after)
    {
        LetterLoss = 1;
        foreach (var pop in _pops.Where(pop => pop.Staying.Count > 1))
        {
            pop.Leave(Any(pop.Staying), after);
        }
    }

    /// <summary>A stranger sends something: junk, a forged code, or with a code that it saw, from an address of its own or of
    /// somebody else.</summary>
    public void Disturb()
    {
        var victim = Any(_clients);
        var source = Random.NextInt32(2) == 0 ? victim.Address : StrangersAddress();
        byte[] fragment = new byte[OwnerCode.FragmentLength];
        switch (Random.NextInt32(3))
        {
            case 0:
                Random.Fill(fragment);
                break;
            case 1:
                var forged = PopKey.Create(Any(_pops).Number, id: 1, "what a forger would draw"u8);
                Write(OwnerCode.CreateFragment(forged, (ushort)Random.NextInt32(6), Random));
                break;
            default:
                // Of a session that is there: its key is real, and its credentials are not the stranger's.
                Write(Any(_clients).Owner.Admit(client: null));
                break;
        }

        Any(_pops)
            .Receive(
                new Datagram(source, Random.NextInt32(4) > 0 ? fragment : null, Session: null)
                {
                    Stage = (FlowStage)Random.NextInt32(2),
                }
            );

        void Write(string code) => System.Text.Encoding.ASCII.GetBytes(code, fragment);
    }

    /// <summary>A check of a client that somebody recorded comes from the address of another one.</summary>
    public void Replay()
    {
        var recorded = Any(_clients).Fragment!;
        var check = System.Text.Encoding.ASCII.GetBytes(recorded);
        var victim = Any(_clients);
        var pop = Random.NextInt32(2) == 0 ? victim.Route : Any(_pops);
        pop.Receive(new Datagram(victim.Address, check, recorded));
    }

    /// <summary>A node believes something wrong of who has a session.</summary>
    public void Mislead()
    {
        var pop = Any(_pops);
        Any(pop.Nodes).Believe(Any(_clients), Any(pop.Nodes));
    }

    /// <summary>Finds a node that runs.</summary>
    public SimulatedNode? Find(ushort pop, ushort node) =>
        _pops.Find(each => each.Number == pop)?.Nodes.FirstOrDefault(each => each.Number == node);

    /// <summary>Finds those that hear what is said to a node of another PoP: itself, and who has sessions of it.</summary>
    public IReadOnlyList<SimulatedNode> FindHearing(ushort pop, ushort node) =>
        _pops
            .Find(each => each.Number == pop)
            ?.Nodes.Where(each => each.Number == node || each.HasSessionsOf(node))
            .ToList()
        ?? [];

    /// <summary>A datagram was passed on within a PoP.</summary>
    public void NoteHops(int hops) => HopsMax = Math.Max(HopsMax, hops);

    /// <summary>Draws one of many.</summary>
    public T Any<T>(IReadOnlyList<T> all) => all[Random.NextInt32(all.Count)];

    /// <summary>Whether the next letter is lost.</summary>
    public bool LosesLetter() => Random.NextDouble() < LetterLoss;

    /// <summary>A node ends, and clients make new sessions.</summary>
    private void End(SimulatedPop pop, SimulatedNode node)
    {
        pop.Remove(node);
        foreach (var client in _clients.Where(client => client.Owner == node))
        {
            client.Join(Any(pop.Nodes));
        }
    }

    private NetworkAddress StrangersAddress() =>
        NetworkAddress.FromIPv4(
            0xC000_0200 + (uint)Random.NextInt32(256),
            (ushort)Random.NextInt32(65_536)
        );
}
