using System.Text;
using Anycast.Steering;
using Edge.Node.HandOver.Letters;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Clients;
using Edge.Testing.Network;

namespace Edge.Node.Tests.Clusters;

/// <summary>A node of one shard: engines, steering and letters are those of the product, and what joins them is done as its
/// shards and desks do it.</summary>
internal sealed partial class ClusterNode
{
    /// <summary>Places of its tables: fewer than strangers try to fill.</summary>
    public const int TableCapacity = 256;

    private static readonly TimeSpan HouseInterval = TimeSpan.FromSeconds(1);

    private readonly ClusterWorld _world;
    private readonly ClusterPop _pop;
    private readonly Dictionary<int, PeerFactory> _factories = [];
    private readonly ClockAnchor _anchor;
    private readonly int _identity;
    private readonly FlowTable _flowTable;
    private readonly AdoptionTable _adoptionTable = new(TableCapacity);
    private readonly ShardSteering _steering;
    private readonly MemberWatch _members = new();
    private readonly Dictionary<string, NodeSession> _sessions = new(StringComparer.Ordinal);
    private readonly List<NetworkAddress> _strangers = [];
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private readonly SimulatedHost _hopHost;
    private readonly ClusterPort _hopPort;
    private readonly TimeSpan _shift;
    private PopPeers _peers;
    private Instant _repeatAt;

    public ClusterNode(ClusterWorld world, ClusterPop pop, string name, in NetworkAddress hop)
    {
        _world = world;
        _pop = pop;
        Name = name;
        Number = OwnerCode.NumberOf(name);
        Hop = hop;
        // Each process has a clock of its own.
        _shift = TimeSpan.FromSeconds(world.Random.NextInt32(1_000_000));
        _anchor = new ClockAnchor(
            Now,
            NtpTimestamp.FromUnixTime(
                TimeSpan.FromSeconds(1_700_000_000) + new TimeSpan(world.Now.Ticks)
            )
        );
        _identity = world.AddIdentity();
        _flowTable = new FlowTable(world.Random.Fork(), TableCapacity);
        _peers = PopPeers.Create(pop.Number, Number, pop.Members);
        _steering = new ShardSteering(new PopKeyRing(pop.Key), _peers, _flowTable, _adoptionTable);
        _life = world.Random.NextUInt64();
        _tickets = new HandOverTickets(world.Time, _life);
        _hopPort = new ClusterPort(
            (_, datagram) => TakeHop(datagram),
            () => { },
            () => Instant.Never
        );
        _hopHost = world.Simulation.Add($"{this}", hop, _hopPort);
        world.After(HouseInterval * world.Random.NextDouble(), KeepHouse);
    }

    public string Name { get; }

    public ushort Number { get; }

    /// <summary>Where others of the PoP pass things on to.</summary>
    public NetworkAddress Hop { get; }

    public ClusterPop Pop => _pop;

    /// <summary>Whether its process is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Its sessions.</summary>
    public IReadOnlyCollection<NodeSession> Sessions => _sessions.Values;

    private Instant Now => _world.Now + _shift;

    /// <summary>When something is due, by the time of the world.</summary>
    public Instant NextAt
    {
        get
        {
            var next = Instant.Never;
            foreach (var session in _sessions.Values)
            {
                next = Instant.Min(
                    next,
                    session.Held is null
                        ? Instant.Min(session.Peer.PollTimeout(), session.SendAt)
                        : Instant.Never
                );
            }

            return next.IsSet ? next - _shift : next;
        }
    }

    /// <summary>Makes a session for a client.</summary>
    public void Admit(ClusterClient client)
    {
        var id = OwnerCode.CreateSessionId(_pop.Key, Number, _world.Random);
        var credentials = IceCredentials.Create(
            OwnerCode.CreateFragment(_pop.Key, Number, _world.Random),
            _world.Random
        );
        var peers = PeersOf(_identity);
        client.Join(id, credentials, peers.LocalFingerprint);
        var settings = new PeerSettings
        {
            IceMode = IceMode.Lite,
            LocalCredentials = credentials,
            Remote = SimulatedPeers.Remote(
                client.Credentials,
                _world.ClientFactory.LocalFingerprint,
                DtlsRole.Server,
                []
            ),
            Receives = client.Uplink,
            Sends = client.Downlink,
            ReportSsrc = new Ssrc(1),
            Cname = "node",
            Transport = new PeerTransportOptions { Liveness = PeerLiveness.ConsentOrMedia },
        };
        var peer = peers.Create(settings, _world.Random.Fork(), Now);
        if (client.CreateChannels(DtlsRole.Server) is { } channels)
        {
            peer.Transport.Attach(channels.Transport, Now);
        }

        Add(new NodeSession(client, credentials.UsernameFragment, _identity, peer));
    }

    /// <summary>Makes peers that present what a session presents for life.</summary>
    public PeerFactory PeersOf(int identity)
    {
        if (!_factories.TryGetValue(identity, out var peers))
        {
            peers = new PeerFactory(_world.IdentityOf(identity), _world.Ledger, _anchor);
            _factories.Add(identity, peers);
        }

        return peers;
    }

    /// <summary>Takes what a router gave it.</summary>
    public void Receive(in NetworkAddress source, byte[] datagram)
    {
        if (_world.Mutation == ClusterMutation.RemembersStrangers)
        {
            _strangers.Add(source);
        }

        if (TryFindSession(source, datagram, out var session))
        {
            Deliver(session, source, datagram);
            return;
        }

        PassOn(source, datagram);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            if (session.Held is not null)
            {
                continue;
            }

            if (session.Peer.PollTimeout() <= Now)
            {
                session.Peer.HandleTimeout(Now);
                Settle(session);
            }

            if (session.SendAt <= Now)
            {
                session.SendMedia(Send, _slot, Now);
                Transmit(session);
            }
        }
    }

    /// <summary>How much it keeps in all.</summary>
    public int Kept =>
        _flowTable.Count
        + _adoptionTable.Count
        + _tickets.Count
        + _flows.All.Count()
        + _adopted.Count
        + _sessions.Values.Sum(session => 1 + session.Routes.Count + (session.Held?.Count ?? 0));

    /// <summary>Its process ends without a word.</summary>
    public void End(string why)
    {
        IsOver = true;
        foreach (var held in _world.Rules.ReleaseAll(this))
        {
            _world.ClientOf(held).Lose($"{this} {why}");
        }

        foreach (var session in _sessions.Values)
        {
            if (_world.Rules.HolderOf(session.Id) is null)
            {
                session.Client.Lose($"{this} {why}");
            }

            session.Peer.Discard();
        }

        _sessions.Clear();
        _world.Simulation.Remove(_hopHost);
    }

    /// <summary>Fails when something of it has grown beyond its bound.</summary>
    public void CheckBounds()
    {
        var rules = _world.Rules;
        rules.CheckBound("flows of others", _flowTable.Count, TableCapacity);
        rules.CheckBound("sessions of others", _adoptionTable.Count, TableCapacity);
        rules.CheckBound("tickets", _tickets.Count, HandOverTickets.TicketsMax);
        rules.CheckBound(
            "flows of sessions",
            _flows.All.Count() + _strangers.Count,
            Edge.Node.Sessions.SessionRoutes.RoutesMax * (_sessions.Count + 1)
        );
    }

    public override string ToString() => $"{Name}.{_pop.Number % 100}{(IsLeaving ? "-" : "")}";

    private void Add(NodeSession session)
    {
        _sessions.Add(session.Fragment, session);
        _world.Rules.NoteHolder(session.Id, this);
    }

    private void Deliver(
        NodeSession session,
        in NetworkAddress source,
        byte[] datagram,
        ushort via = 0
    )
    {
        MoveIfEarly(session, via, datagram);
        if (session.Held is not null)
        {
            _ = session.TryHold(source, datagram);
            return;
        }

        var input = session.Peer.HandleDatagram(source, datagram, Now, out _);
        if (input is PeerInputKind.Rtp or PeerInputKind.Rtcp)
        {
            HoldFlow(session, source);
        }

        if (input == PeerInputKind.Rtp)
        {
            session.Client.NoteReceived();
        }
        else if (input == PeerInputKind.Check && session.Peer.Transport.Ice.IsValidated(source))
        {
            NoteFlow(session, source);
        }

        Settle(session);
    }

    /// <summary>Does what a session has to do after anything came for it.</summary>
    private void Settle(NodeSession session)
    {
        while (session.Peer.PollEvent(out var occurred))
        {
            Handle(session, occurred);
        }

        while (
            session.Peer.Transport.Channels is { } channels && channels.PollEvent(out var occurred)
        )
        {
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                session.Client.NoteMessage(occurred.Payload.Span);
            }
        }

        while (session.Peer.Receiver.PollEvent(out var received))
        {
            if (received.Kind == ReceiverEventKind.KeyFrameNeeded)
            {
                session.Peer.Receiver.RequestKeyFrame(received.Section, received.Layer, Now);
            }
        }

        while (session.Peer.Sender.PollFeedback(out var feedback))
        {
            if (feedback.Kind == SenderFeedbackKind.Nack)
            {
                _world.Tally.Repairs++;
                session.Repair(feedback.Stream, feedback.Sequence.Value, Send, _slot, Now);
            }
        }

        Transmit(session);
        if (session.Peer.Transport.State == PeerState.Closed)
        {
            Remove(session);
        }
    }

    private void Handle(NodeSession session, PeerEvent occurred)
    {
        switch (occurred.Kind)
        {
            case PeerEventKind.Connected:
                session.Start(Now);
                NoteProved(session);
                break;
            case PeerEventKind.AddressForgotten:
                while (session.Routes.TryRemove(occurred.Address, out _)) { }

                ForgetFlow(session, occurred.Address);
                break;
            case PeerEventKind.Closed:
                if (session.Client.Excuse is null)
                {
                    throw _world.Rules.Broken(
                        ClusterRule.SessionLives,
                        $"{this} closes the session of {session.Client}: {occurred.Reason}."
                    );
                }

                break;
            case PeerEventKind.AddressSelected:
                NoteProved(session);
                break;
            case PeerEventKind.AddressValidated:
            default:
                break;
        }
    }

    private void Transmit(NodeSession session)
    {
        int length;
        while ((length = session.Peer.PollTransmit(_slot, Now, out var meta)) > 0)
        {
            Send(session.Client, meta.Destination, _slot.AsSpan(0, length));
        }
    }

    private void Send(NodeSession session, int length) =>
        Send(session.Client, session.Peer.Transport.Selected, _slot.AsSpan(0, length));

    private void Send(ClusterClient? client, in NetworkAddress to, ReadOnlySpan<byte> datagram)
    {
        _world.Rules.NoteSent(this, client, to, datagram);
        _world.SendToClient(to, datagram);
    }

    private void Remove(NodeSession session)
    {
        _sessions.Remove(session.Fragment);
        _adopted.Remove(session.Fragment);
        session.IsClosed = true;
        ForgetFlows(session, isTold: true);
        _world.Rules.NoteReleased(session.Id, this);
        session.Peer.Dispose();
    }

    private void KeepHouse()
    {
        if (IsOver)
        {
            return;
        }

        var members = _pop.Members;
        if (_members.HasNew(members))
        {
            _repeatAt = Instant.Zero;
        }

        var peers = PopPeers.Create(_pop.Number, Number, members);
        if (!peers.IsSameAs(_peers))
        {
            _peers = peers;
            _steering.SetPeers(peers);
        }

        if (_world.Now >= _repeatAt)
        {
            _repeatAt = _world.Now + FlowLetter.RepeatInterval;
            TellAll();
        }

        _world.After(HouseInterval, KeepHouse);
    }

    private static string TextOf(ReadOnlySpan<byte> fragment) => Encoding.ASCII.GetString(fragment);
}
