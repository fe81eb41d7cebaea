using Edge.Protocol.Srtp;

namespace Edge.Node.Tests.Clusters;

/// <summary>What happens to a cluster from one seed: some things, then rest, after which all works that may.</summary>
internal sealed class ClusterScenario
{
    private const int ChangesMin = 5;
    private const int ChangesMax = 10;
    private const int NodesMax = 4;

    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(3);

    /// <summary>Longer than the first packets of a client are on their way, and an early move takes.</summary>
    private static readonly TimeSpan SoonTime = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan JunkTime = TimeSpan.FromSeconds(5);

    /// <summary>When all is at rest media flows all the time.</summary>
    private static readonly TimeSpan SilenceAtRestMax = TimeSpan.FromSeconds(2);

    /// <summary>What the loss of a way makes at most. Chosen: a dozen packets, of which one of fifty is lost.</summary>
    private static readonly TimeSpan SilenceUnnoticedMax = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookTime = TimeSpan.FromMilliseconds(100);

    private readonly ClusterWorld _world;

    public ClusterScenario(
        ulong seed,
        ClusterMutation mutation = ClusterMutation.None,
        SrtpProfile? profile = null
    ) => _world = new ClusterWorld(seed, mutation, profile);

    public ClusterWorld World => _world;

    /// <summary>Runs all of it.</summary>
    /// <param name="junk">Packets a second that strangers send meanwhile.</param>
    public void Run(int junk = 0)
    {
        if (_world.Random.NextInt32(2) == 0)
        {
            _world.RunFor(JoinTime);
        }

        // Otherwise all that are there come in the midst of it.
        _world.WordLoss = _world.Random.NextInt32(2) * 0.2 * _world.Random.NextDouble();
        _world.LetterFaults = _world.Random.NextInt32(2) * _world.Random.NextDouble();
        var changes = ChangesMin + _world.Random.NextInt32(ChangesMax - ChangesMin + 1);
        for (var change = 0; change < changes; change++)
        {
            var pause = TimeSpan.FromSeconds(3) * _world.Random.NextDouble();
            for (var packet = 0; packet < junk * pause.TotalSeconds; packet++)
            {
                _world.After(pause * _world.Random.NextDouble(), _world.Stranger.Act);
            }

            Change();
            _world.RunFor(pause);
        }

        _world.WordLoss = 0;
        _world.LetterFaults = 0;
        _world.Rules.Note("rest");
        _world.RunFor(RestTime);
        _world.CheckClients(SilenceAtRestMax);
    }

    /// <summary>Runs with nothing but checks that are repeated from the addresses of other clients, at whatever nodes and PoPs.</summary>
    /// <param name="repeated">Checks a second.</param>
    public void RunRepeating(int repeated)
    {
        _world.RunFor(JoinTime);
        for (var time = TimeSpan.Zero; time < RestTime && !AllGoOn(); time += LookTime)
        {
            _world.RunFor(LookTime);
        }

        for (var check = 0; check < repeated * RestTime.TotalSeconds; check++)
        {
            _world.After(RestTime * _world.Random.NextDouble(), _world.Stranger.RepeatFromOther);
        }

        for (var time = TimeSpan.Zero; time < RestTime; time += LookTime)
        {
            _world.RunFor(LookTime);
            _world.CheckClients(SilenceUnnoticedMax);
        }
    }

    /// <summary>Whether something goes both ways of each client.</summary>
    private bool AllGoOn()
    {
        var all = true;
        foreach (var client in _world.Clients)
        {
            client.Look();
            all &= _world.Now - client.HeardAt < SilenceUnnoticedMax;
        }

        return all;
    }

    /// <summary>Runs a PoP of two nodes with junk and nothing else.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="junk">Packets a second.</param>
    /// <returns>What both nodes keep a while later.</returns>
    public static int KeptAfterJunk(ulong seed, int junk)
    {
        var world = new ClusterWorld(seed, pops: 1, nodes: 2);
        world.RunFor(JoinTime);
        for (var packet = 0; packet < junk * JunkTime.TotalSeconds; packet++)
        {
            world.After(JunkTime * world.Random.NextDouble(), world.Stranger.Act);
        }

        world.RunFor(2 * JunkTime);
        world.CheckClients(SilenceAtRestMax);
        return world.Nodes.Sum(node => node.Kept);
    }

    private void Change()
    {
        var pop = _world.Any(_world.Pops);
        var client = _world.Any(_world.Clients);
        switch (_world.Random.NextInt32(18))
        {
            case 0:
                _world.Rules.Note($"{pop.Number % 100} spreads anew");
                pop.Spread();
                break;
            case 1:
                client.Route = pop;
                _world.Rules.Note($"{client} comes to {pop.Number % 100}");
                break;
            case 2:
                MoveClient(client, isOtherNetwork: false);
                break;
            case 3:
                MoveClient(client, isOtherNetwork: true);
                break;
            case 4 when pop.Nodes.Count < NodesMax:
                _world.Rules.Note($"{pop.Add(pop.NextName())} starts");
                break;
            case 5 or 13 or 14:
                Join(pop);
                break;
            case 15:
                // A request holds it.
                _world.AddClient().Hold(TimeSpan.FromSeconds(_world.Random.NextDouble()));
                break;
            case 6 when pop.Staying.Count > 1:
                Kill(pop, _world.Any(pop.Nodes));
                break;
            case 7 when pop.Staying.Count > 0:
                var refusing = _world.Any(pop.Staying);
                refusing.Refuses = !refusing.Refuses;
                break;
            default:
                if (pop.Staying.Count > 1)
                {
                    Drain(pop, _world.Any(pop.Staying));
                }

                break;
        }
    }

    /// <summary>Clients come, and something happens to a node just then.</summary>
    private void Join(ClusterPop pop)
    {
        for (var client = _world.Random.NextInt32(3); client >= 0; client--)
        {
            var came = _world.AddClient();
            if (_world.Random.NextInt32(4) == 0)
            {
                came.Route = pop;
            }
        }

        if (_world.Random.NextInt32(2) == 0 && pop.Staying.Count > 0)
        {
            var refusing = _world.Any(pop.Staying);
            refusing.Refuses = true;
            _world.After(JoinTime, () => refusing.Refuses = false);
        }

        var within = _world.Random.NextInt32(2) == 0 ? SoonTime : JoinTime;
        var isKilled = _world.Random.NextInt32(2) == 0;
        _world.After(
            within * _world.Random.NextDouble(),
            () =>
            {
                if (pop.Staying.Count < 2)
                {
                    return;
                }

                if (isKilled)
                {
                    Kill(pop, _world.Any(pop.Staying));
                }
                else
                {
                    Drain(pop, _world.Any(pop.Staying));
                }
            }
        );
    }

    private void MoveClient(ClusterClient client, bool isOtherNetwork)
    {
        var left = _world.Random.NextInt32(3) == 0 ? _world.FindLeft() : null;
        var address = left ?? _world.DrawAddress(isOtherNetwork);
        _world.Rules.Note($"{client} goes on from {address}");
        client.MoveTo(address);
    }

    private void Kill(ClusterPop pop, ClusterNode node)
    {
        pop.Remove(node, "is killed");
        ComeBack(pop, node.Name);
    }

    private void Drain(ClusterPop pop, ClusterNode node)
    {
        _world.Rules.Note($"{node} drains");
        if (_world.Random.NextInt32(2) == 0)
        {
            pop.Withdraw(node);
        }

        node.Leave(
            TimeSpan.FromSeconds(6 + _world.Random.NextInt32(6)),
            () => ComeBack(pop, node.Name)
        );
    }

    /// <summary>It may be started again under its name, and knows nothing.</summary>
    private void ComeBack(ClusterPop pop, string name)
    {
        if (_world.Random.NextInt32(2) == 0)
        {
            _world.After(
                TimeSpan.FromSeconds(0.2 + (4 * _world.Random.NextDouble())),
                () => _world.Rules.Note($"{pop.Add(name)} is back")
            );
        }
    }
}
