using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;

namespace Edge.Node.Tests.Clusters;

/// <summary>PoPs of nodes at one anycast address, their clients, and strangers, in virtual time and from one seed.</summary>
internal sealed class ClusterWorld
{
    /// <summary>The address that all nodes have (RFC 5737 TEST-NET-2).</summary>
    public static readonly NetworkAddress Anycast = NetworkAddress.FromIPv4(0xC633_6401, 443);

    private const int PopsMax = 3;
    private const int NodesMax = 4;
    private const int ClientsMin = 3;
    private const int ClientsMax = 6;

    private static readonly TimeSpan CrossingTime = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly SrtpProfile _profile;
    private readonly ClusterPort _media;
    private readonly List<ClusterPop> _pops = [];
    private readonly List<ClusterClient> _clients = [];
    private readonly List<DtlsDouble> _identities = [];
    private ushort _port = 20_000;
    private uint _network = 0x0B00_0000;
    private bool _isFlushing;

    /// <summary>Makes one of PoPs and nodes that are drawn, or that are given; its media is protected as is given, or in every
    /// fourth as the oldest clients do.</summary>
    public ClusterWorld(
        ulong seed,
        ClusterMutation mutation = ClusterMutation.None,
        SrtpProfile? profile = null,
        int? pops = null,
        int? nodes = null
    )
    {
        Seed = seed;
        _profile =
            profile ?? (seed % 4 == 0 ? SrtpProfile.Aes128CmSha1Tag80 : SrtpProfile.AeadAes128Gcm);
        Mutation = mutation;
        Simulation = new Simulation(seed, Lan);
        Random = Simulation.Random.Fork();
        Rules = new ClusterRules(this);
        Ledger = new SealLedger(sentence => throw Rules.Broken(ClusterRule.IndexOnce, sentence));
        Time = new ClusterTime(this);
        ClientFactory = new PeerFactory(
            CreateIdentity(),
            Ledger,
            new ClockAnchor(Now, NtpTimestamp.FromUnixTime(TimeSpan.FromSeconds(1_700_000_000)))
        );
        _media = new ClusterPort(Receive, HandleTimeout, NextTimeout);
        Simulation.Add("anycast", Anycast, _media);
        var popCount = pops ?? 1 + Random.NextInt32(PopsMax);
        for (var index = 0; index < popCount; index++)
        {
            // In the first one at least a session can go somewhere.
            var least = index == 0 ? 2 : 1;
            var count = nodes ?? least + Random.NextInt32(NodesMax + 1 - least);
            _pops.Add(new ClusterPop(this, index, count));
        }

        var clients = ClientsMin + Random.NextInt32(ClientsMax - ClientsMin + 1);
        for (var client = 0; client < clients; client++)
        {
            AddClient();
        }

        Stranger = new ClusterStranger(this);
        Simulation.AddInvariant("Every bound holds.", AreBoundsKept);
        After(LookInterval, KeepLooking);
    }

    public ulong Seed { get; }

    public ClusterMutation Mutation { get; }

    public Simulation Simulation { get; }

    public Prng Random { get; }

    public ClusterRules Rules { get; }

    public SealLedger Ledger { get; }

    /// <summary>Where messages of data channels are kept.</summary>
    public MessagePool Pool { get; } = new(retainedBytesMax: 0);

    /// <summary>The virtual time, for what asks a clock.</summary>
    public TimeProvider Time { get; }

    public PeerFactory ClientFactory { get; }

    public Instant Now => Simulation.Now;

    public IReadOnlyList<ClusterPop> Pops => _pops;

    public IReadOnlyList<ClusterClient> Clients => _clients;

    /// <summary>All nodes that run.</summary>
    public IReadOnlyList<ClusterNode> Nodes => [.. _pops.SelectMany(pop => pop.Nodes)];

    /// <summary>The share of words between nodes that are lost.</summary>
    public double WordLoss { get; set; }

    /// <summary>The share of letters that meet with something.</summary>
    public double LetterFaults { get; set; }

    /// <summary>What becomes of the next letter; null: it is drawn.</summary>
    public LetterFate? NextFate { get; set; }

    /// <summary>How late the next letter is that is; null: it is drawn.</summary>
    public TimeSpan? NextDelay { get; set; }

    /// <summary>What happened so far.</summary>
    public ClusterTally Tally { get; } = new();

    /// <summary>Who has no session.</summary>
    public ClusterStranger Stranger { get; }

    private static LinkConditions Lan { get; } =
        new()
        {
            Delay = TimeSpan.FromMilliseconds(0.2),
            Jitter = TimeSpan.FromMilliseconds(0.1),
            Loss = 0.001,
            ReorderProbability = 0.01,
            DuplicateProbability = 0.002,
        };

    /// <summary>Has something done later; what is to be sent then is sent.</summary>
    public void After(TimeSpan delay, Action action) => Simulation.After(delay, action);

    /// <summary>Lets time pass.</summary>
    public void RunFor(TimeSpan duration) => Simulation.RunFor(duration);

    /// <summary>A node sends something to a client.</summary>
    public void SendToClient(in NetworkAddress to, ReadOnlySpan<byte> datagram)
    {
        _media.Send(to, datagram);
        Flush();
    }

    /// <summary>What was put up for sending by somebody else than who is being served leaves, too.</summary>
    public void Flush()
    {
        if (!_isFlushing)
        {
            _isFlushing = true;
            After(TimeSpan.Zero, () => _isFlushing = false);
        }
    }

    /// <summary>Sends a message to a node of another PoP, and to those who have sessions of it.</summary>
    public void Cross(ushort pop, ushort number, byte[] message) =>
        After(
            CrossingTime,
            () =>
            {
                if (_pops.Find(each => each.Number == pop) is not { } to || LosesWord())
                {
                    return;
                }

                foreach (var node in to.Nodes.ToArray())
                {
                    if (node.Number == number)
                    {
                        node.TakeCrossing(message, node.Name);
                    }
                    else if (node.Represents(number))
                    {
                        node.TakeCrossing(message, "");
                    }
                }
            }
        );

    /// <summary>Finds a client by its number.</summary>
    public ClusterClient ClientOf(int number) => _clients[number];

    /// <summary>Finds a client by the id of its session.</summary>
    public ClusterClient ClientOf(string session) =>
        _clients.Find(client =>
            string.Equals(client.SessionId, session, StringComparison.Ordinal)
        )!;

    /// <summary>Makes what sessions prove to be themselves by.</summary>
    /// <returns>Its number.</returns>
    public int AddIdentity()
    {
        _identities.Add(CreateIdentity());
        return _identities.Count - 1;
    }

    /// <summary>Finds it by its number.</summary>
    public DtlsDouble IdentityOf(int number) => _identities[number];

    /// <summary>How long something takes that crosses threads in the product.</summary>
    public TimeSpan DrawMoment() => TimeSpan.FromMilliseconds(1) * Random.NextDouble();

    /// <summary>Draws one of many.</summary>
    public T Any<T>(IReadOnlyList<T> all) => all[Random.NextInt32(all.Count)];

    /// <summary>Whether a word is lost.</summary>
    public bool LosesWord() => WordLoss > 0 && Random.NextDouble() < WordLoss;

    /// <summary>What becomes of the next letter.</summary>
    public LetterFate DrawFate()
    {
        var fate =
            Random.NextDouble() < LetterFaults
                ? (LetterFate)(1 + Random.NextInt32((int)LetterFate.TwiceAndAnswerLost))
                : LetterFate.Arrives;
        fate = NextFate ?? fate;
        NextFate = null;
        return fate;
    }

    /// <summary>How late the next letter is that is: now and then longer than an answer is waited for.</summary>
    public TimeSpan DrawDelay()
    {
        var delay = NextDelay ?? TimeSpan.FromSeconds(5) * Random.NextDouble();
        NextDelay = null;
        return delay;
    }

    /// <summary>How long it takes to take a group of sessions: now and then longer than anybody waits.</summary>
    public TimeSpan DrawTakingTime() =>
        LetterFaults > 0 && Random.NextInt32(10) == 0
            ? TimeSpan.FromSeconds(4) * Random.NextDouble()
            : TimeSpan.FromMilliseconds(10) * Random.NextDouble();

    /// <summary>Draws the id of a group.</summary>
    public UInt128 DrawNumber() => new(Random.NextUInt64(), Random.NextUInt64());

    /// <summary>A client that was never there begins a session at any node of its PoP.</summary>
    public ClusterClient AddClient()
    {
        var client = new ClusterClient(this, _clients.Count, DrawAddress(isOtherNetwork: true));
        _clients.Add(client);
        client.Route = Any(_pops);
        SetLink(client);
        Any(client.Route.Staying).Admit(client);
        return client;
    }

    /// <summary>An address that another client had, as a NAT may give it to a neighbour; null when there is none.</summary>
    public NetworkAddress? FindLeft()
    {
        foreach (var client in _clients)
        {
            if (!_clients.Exists(other => other.Address == client.FirstAddress))
            {
                return client.FirstAddress;
            }
        }

        return null;
    }

    /// <summary>An address that nobody had: another port, or another network too.</summary>
    public NetworkAddress DrawAddress(bool isOtherNetwork)
    {
        _network += isOtherNetwork ? 1u : 0;
        return NetworkAddress.FromIPv4(_network, _port++);
    }

    /// <summary>Fails when a session has ended that must not, or is silent for too long.</summary>
    public void CheckClients(TimeSpan silenceMax)
    {
        foreach (var client in _clients)
        {
            client.Check(silenceMax);
        }
    }

    public override string ToString() =>
        $"seed {Seed}: {string.Join("; ", _pops.Select(pop => string.Join(' ', pop.Nodes)))}; {_clients.Count} clients";

    /// <summary>Makes somebody who can prove to be himself.</summary>
    private DtlsDouble CreateIdentity() => new(Random.Fork(), _profile) { RecordCiphers = Ledger };

    private void SetLink(ClusterClient client)
    {
        var conditions = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(2 + Random.NextInt32(40)),
            Jitter = TimeSpan.FromMilliseconds(2),
            Loss = 0.02 * Random.NextDouble(),
            ReorderProbability = 0.01,
            DuplicateProbability = 0.005,
        };
        Simulation.Network.SetBothWays(client.FirstAddress, Anycast, conditions);
    }

    private void Receive(NetworkAddress source, byte[] datagram)
    {
        Rules.NoteCame(source, datagram.Length);
        RouteOf(source).Receive(source, datagram);
    }

    private ClusterPop RouteOf(in NetworkAddress source)
    {
        foreach (var client in _clients)
        {
            if (client.Address == source)
            {
                return client.Route;
            }
        }

        return _pops[(int)(source.IPv4 % (uint)_pops.Count)];
    }

    private void HandleTimeout()
    {
        foreach (var node in Nodes)
        {
            if (node.NextAt <= Now)
            {
                node.HandleTimeout();
            }
        }
    }

    private Instant NextTimeout()
    {
        var next = Instant.Never;
        foreach (var pop in _pops)
        {
            foreach (var node in pop.Nodes)
            {
                next = Instant.Min(next, node.NextAt);
            }
        }

        return next;
    }

    private bool AreBoundsKept()
    {
        foreach (var pop in _pops)
        {
            foreach (var node in pop.Nodes)
            {
                node.CheckBounds();
            }
        }

        return true;
    }

    private void KeepLooking()
    {
        CheckClients(ClusterRules.SilenceMax);
        After(LookInterval, KeepLooking);
    }

    private sealed class ClusterTime(ClusterWorld world) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => world.Now.Ticks;
    }
}
