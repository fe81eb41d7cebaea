using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>A node: the steering under test, and around it what the node does in <c>Edge.Node/Steering</c>.</summary>
internal sealed partial class SimulatedNode
{
    /// <summary>The way from one PoP to another.</summary>
    public static readonly TimeSpan CrossingTime = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan HopTime = TimeSpan.FromMilliseconds(0.3);

    private readonly SteeringWorld _world;
    private readonly SimulatedPop _pop;
    private readonly Steerer _steerer;
    private readonly Dictionary<string, SimulatedSession> _sessions = new(StringComparer.Ordinal);
    private HashSet<ushort> _seen = [];
    private bool _isOver;

    public SimulatedNode(SteeringWorld world, SimulatedPop pop, ushort number)
    {
        _world = world;
        _pop = pop;
        Number = number;
        _steerer = new Steerer(
            new PopKeyRing(pop.Key),
            new FlowTable(world.Random.Fork(), SteeringWorld.TableCapacity),
            new AdoptionTable(),
            new PopView(pop.Number, number)
        );
        world.After(FlowLetter.RepeatInterval * world.Random.NextDouble(), KeepTelling);
    }

    public ushort Number { get; }

    /// <summary>Makes a session; its username fragment.</summary>
    /// <param name="client">Whose it is; null for one whose client never comes.</param>
    public string Admit(SimulatedClient? client)
    {
        var fragment = OwnerCode.CreateFragment(_pop.Key, Number, _world.Random);
        _sessions.Add(fragment, new SimulatedSession(fragment, client));
        return fragment;
    }

    /// <summary>Looks who is in the PoP; whoever is new is told of all flows.</summary>
    public void Look()
    {
        var peers = _pop.Nodes.Where(node => node != this).Select(node => node.Number).ToArray();
        _steerer.SetView(new PopView(_pop.Number, Number, peers));
        var hasNew = peers.Any(peer => !_seen.Contains(peer));
        _seen = [.. peers];
        if (hasNew)
        {
            TellAll();
        }
    }

    /// <summary>The process is over.</summary>
    public void End() => _isOver = true;

    /// <summary>Takes what the router gave it.</summary>
    public void Receive(Datagram datagram)
    {
        if (TryTake(datagram))
        {
            return;
        }

        var decision = datagram.Fragment is { } fragment
            ? _steerer.SteerCheck(fragment, datagram.Source, _world.Now)
            : _steerer.SteerFlow(datagram.Source, datagram.Stage, _world.Now);
        if (decision.Action is SteeringAction.Forward or SteeringAction.Cross)
        {
            PassOn(datagram, decision);
        }
    }

    private void PassOn(Datagram datagram, SteeringDecision decision)
    {
        if (
            decision is
            { Action: SteeringAction.Cross, Owner: { OtherPop: { } pop, Node: var node } }
        )
        {
            foreach (var hearing in _world.FindHearing(pop, node))
            {
                _world.After(
                    CrossingTime,
                    () => hearing.TakePassedOn(datagram with { Hops = 0, From = null }, this, node)
                );
            }

            return;
        }

        var passed = datagram with { Hops = datagram.Hops + 1, From = this };
        _world.NoteHops(passed.Hops);
        var to = _world.Find(_pop.Number, decision.Owner.Node);
        _world.After(HopTime, () => to?.TakePassedOn(passed, from: null, Number));
    }

    /// <summary>Takes what another node passed on, which is passed on again only to another PoP, or once to the node that
    /// has taken the session over.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="from">The node of another PoP that it came from; null for one of this.</param>
    /// <param name="name">The node that it was sent to, where it came from another PoP.</param>
    private void TakePassedOn(Datagram datagram, SimulatedNode? from, ushort name)
    {
        if (_isOver)
        {
            return;
        }

        var proofs = _proofs;
        var isTaken = TryTake(datagram);
        var isProof = _proofs != proofs;
        if (!isTaken && from is null && TryPassFurther(datagram))
        {
            return;
        }

        var isOwned =
            isTaken
            && (isProof || datagram.Fragment is not null)
            && datagram.Session is { } session
            && _sessions.ContainsKey(session);
        if (isOwned && from is null)
        {
            Tell([datagram.Source]);
        }
        else if (
            from is not null
            && (isOwned || (!isTaken && datagram.Fragment is null && !IsSpokenFor(name)))
        )
        {
            TellAcross(from, datagram.Source, isOwned);
        }
    }

    private bool TryPassFurther(Datagram datagram)
    {
        var onward =
            datagram.Hops == 1
                ? _steerer.SteerOn(
                    datagram.Fragment,
                    datagram.Source,
                    datagram.Stage,
                    datagram.From!.Number,
                    _world.Now
                )
                : default;
        var decision =
            onward.Action == SteeringAction.Forward
                ? onward
                : _steerer.SteerFlow(datagram.Source, datagram.Stage, _world.Now);
        if (decision.Action == SteeringAction.Cross || onward.Action == SteeringAction.Forward)
        {
            PassOn(datagram, decision);
            return true;
        }

        return false;
    }

    private void TellAcross(SimulatedNode to, NetworkAddress client, bool isOwned)
    {
        var owner = new FlowOwner(Number, Shard: 0) { OtherPop = _pop.Number };
        var word = WordOf(client);
        _world.After(
            CrossingTime,
            () =>
            {
                if (!isOwned)
                {
                    to._steerer.Flows.Remove(client, owner);
                    return;
                }

                to.Release(word);
                if (!to._flows.ContainsKey(client))
                {
                    to.Say([word]);
                }

                to._steerer.Flows.Set(owner, word, _world.Now);
            }
        );
    }

    /// <summary>Takes what is for a session of this node; what proves nothing changes nothing.</summary>
    private bool TryTake(Datagram datagram)
    {
        var session = datagram.Fragment is { } fragment
            ? _sessions.GetValueOrDefault(System.Text.Encoding.ASCII.GetString(fragment))
            : FindSession(datagram);
        if (session is null)
        {
            return false;
        }

        if (!string.Equals(session.Fragment, datagram.Session, StringComparison.Ordinal))
        {
            return true;
        }

        if (datagram.Fragment is not null)
        {
            Validate(datagram.Source, session);
        }
        else
        {
            Prove(datagram.Source, session);
        }

        session.Client?.HandleTaken(datagram);
        return true;
    }

    private void KeepTelling()
    {
        if (!_isOver)
        {
            TellAll();
            _world.After(FlowLetter.RepeatInterval, KeepTelling);
        }
    }

    private void TellAll()
    {
        Tell([.. _flows.Keys], isRepeated: true);
        SayAdopted([.. _adopted.Keys], isRepeated: true);
    }

    private void Tell(NetworkAddress[] clients, bool isRepeated = false) =>
        Say(Array.ConvertAll(clients, client => WordOf(client, isRepeated)));

    private void Say(FlowWord[] words)
    {
        var letter = new byte[FlowLetter.HeaderBytes + (words.Length * FlowLetter.EntryBytes)];
        var length = FlowLetter.WriteHeader(letter, Number);
        foreach (var word in words)
        {
            length += FlowLetter.WriteEntry(letter.AsSpan(length), word);
        }

        Say(letter, (peer, said) => peer.Hear(said));
    }

    private void Say(byte[] letter, Action<SimulatedNode, byte[]> hear)
    {
        foreach (var peer in _pop.Nodes)
        {
            if (peer != this && !_world.LosesLetter())
            {
                _world.After(HopTime, () => hear(peer, letter));
            }
        }
    }

    private void Hear(byte[] letter)
    {
        FlowLetter.TryApply(letter, Number, _steerer.Flows, _world.Now);
        FlowLetter.ReadClaims(letter, Number, claim => Release(claim));
    }
}
