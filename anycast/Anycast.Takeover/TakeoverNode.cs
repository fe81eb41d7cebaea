using Anycast.Takeover.Indices;
using Anycast.Takeover.Letters;
using Anycast.Takeover.Roles;
using Anycast.Takeover.Roles.Owning;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover;

/// <summary>Keeps sessions at several processes of a PoP, so that another one can go on when one dies, and no index of
/// a key is ever sent twice.</summary>
/// <remarks>
/// NOTES.md has the model and the argument. Whoever drives it brings frames from other processes, says who is there, and polls for frames and
/// events after each input. Threads: one owner. Clock: the driver's; a wrong one costs gaps, never safety.
/// </remarks>
public sealed class TakeoverNode
{
    /// <summary>Least room for a frame: the state of the largest session fits.</summary>
    public const int FrameBytesMin = 128 << 10;

    private readonly Surroundings _around;
    private readonly Dictionary<SessionKey, Replica> _replicas = [];
    private readonly List<Replica> _forgotten = [];
    private readonly List<Replica> _turn = [];
    private readonly Conversation _conversation;
    private readonly OwnerRole _owner;

    /// <summary>Makes a node that knows of no session and of nobody else.</summary>
    /// <param name="node">Its number in the PoP.</param>
    /// <param name="life">Drawn at random at the start of its process.</param>
    /// <param name="options">How.</param>
    /// <param name="random">For delays.</param>
    public TakeoverNode(ushort node, ulong life, TakeoverOptions options, Prng random)
        : this(node, life, options, random, SafetyRules.Instance) { }

    internal TakeoverNode(
        ushort node,
        ulong life,
        TakeoverOptions options,
        Prng random,
        ISafetyRules rules
    )
    {
        _around = new Surroundings(new VoterId(node, life, Serial: 0), options, rules, random);
        _owner = new OwnerRole(_around);
        _conversation = new Conversation(_around, _owner);
    }

    /// <summary>What was counted.</summary>
    public TakeoverStats Stats
    {
        get
        {
            var stats = _around.Stats;
            foreach (var outbox in _around.Outboxes.Values)
            {
                stats.Lost += outbox.Lost;
            }

            return stats;
        }
    }

    /// <summary>This process is about to end: it takes no seats any more, and others go on first with what they can.</summary>
    public void Leave()
    {
        if (_around.Role == PeerRole.Holder)
        {
            _around.Role = PeerRole.Leaving;
        }
    }

    /// <summary>Whether sessions of others would be without a majority if this process ended now: their owners replace it, or decide alone, while
    /// it is there.</summary>
    public bool IsNeeded
    {
        get
        {
            foreach (var replica in _replicas.Values)
            {
                if (
                    replica.Role == Role.Follower
                    && replica.State.Members is { } members
                    && (IsNeededIn(members.Current, replica) || IsNeededIn(members.Next, replica))
                )
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Sessions that are here, own and others'.</summary>
    public int Count => _replicas.Count;

    /// <summary>What is here, for tests that look into it.</summary>
    internal IReadOnlyDictionary<SessionKey, Replica> Replicas => _replicas;

    /// <summary>A process of the PoP is there, and which run of it.</summary>
    public void HandlePeer(ushort node, ulong life, PeerRole role, Instant now)
    {
        var isAnother = _around.Roster.Peers.TryGetValue(node, out var known) && known.Life != life;
        if (_around.Roster.Set(node, life, role))
        {
            if (isAnother)
            {
                _around.To(node).Clear();
            }

            foreach (var replica in _replicas.Values)
            {
                OwnerRole.Confirm(replica, node);
                FollowerRole.Doubt(replica, node, now);
            }

            WakeAll(now);
        }
    }

    /// <summary>A process of the PoP is not there any more, or seems so.</summary>
    public void HandlePeerLost(ushort node, Instant now)
    {
        if (_around.Roster.Lose(node, now))
        {
            WakeAll(now);
        }
    }

    /// <summary>Begins a session here; false when there is one, or no room.</summary>
    public bool TryCreate(SessionKey session, Instant now)
    {
        if (_replicas.ContainsKey(session) || _replicas.Count >= _around.Options.SessionsMax)
        {
            return false;
        }

        var replica = Seat(session, askedAt: default);
        _owner.Create(replica);
        Visit(replica, now);
        return true;
    }

    /// <summary>Writes a part of a session that is owned here; an empty one takes it away. Returns which
    /// write it is; none when there is no room or the session is not owned.</summary>
    public StateMark Write(SessionKey session, uint key, ReadOnlySpan<byte> value, Instant now)
    {
        if (Owned(session) is not { } replica || !replica.State.TryWrite(key, value))
        {
            return StateMark.None;
        }

        Wake(replica, now);
        return replica.State.Mark;
    }

    /// <summary>Whether a write is at so many nodes that no takeover can lose it.</summary>
    public bool IsHeld(SessionKey session, StateMark write) =>
        Owned(session) is { Ownership: { } ownership }
        && ownership.Epoch == write.Epoch
        && ownership.Held >= write.Number;

    /// <summary>Whether the session survives the death of any one of its nodes, with all that was written of it.</summary>
    public bool IsProtected(SessionKey session) =>
        Owned(session)
            is { State: { Members: { IsJoint: false } members } state, Ownership: { } ownership }
        && members.Current.Count == VoterSet.CountMax
        && ownership.Held >= Math.Max(ownership.ChangeNumber, state.PartNumber);

    /// <summary>Reads a part of a session; false when there is none here.</summary>
    public bool TryRead(SessionKey session, uint key, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (
            !_replicas.TryGetValue(session, out var replica)
            || !replica.State.Sections.TryGetValue(key, out var section)
            || section.Value.Length == 0
        )
        {
            return false;
        }

        value = section.Value;
        return true;
    }

    /// <summary>The indices of a stream of a session that is owned here; null when it is not, or has too many. They are closed when the
    /// session leaves this node.</summary>
    /// <param name="session">Which session.</param>
    /// <param name="stream">Which stream.</param>
    /// <param name="first">The first index, unless a former owner has begun. Of SRTP, below 2^15: the receiver takes it
    /// that the rollover counter of the first packet it gets is 0 (RFC 3711 §3.3.1).</param>
    /// <param name="now">Now.</param>
    public IndexLease? TryOpen(SessionKey session, StreamId stream, long first, Instant now)
    {
        if (
            first < 0
            || (stream.Kind == StreamKind.Srtp && first >= _around.Options.RolloverReach)
            || stream.Kind == StreamKind.None
            || Owned(session) is not { } replica
        )
        {
            return null;
        }

        var lease = _owner.Open(replica, stream, first);
        Wake(replica, now);
        return lease;
    }

    /// <summary>All streams of a session that is owned here, those that a former owner opened too; none of any other.</summary>
    public IReadOnlyCollection<IndexLease> Leases(SessionKey session) =>
        Owned(session) is { Ownership: { } ownership } ? ownership.Leases.Values : [];

    /// <summary>Whether a session is owned here.</summary>
    public bool Owns(SessionKey session) => Owned(session) is not null;

    /// <summary>The receiver says that it has a packet, by RTCP or however.</summary>
    public void HandleReceived(SessionKey session, StreamId stream, long index)
    {
        if (
            Owned(session) is { Ownership: { } ownership }
            && ownership.Leases.TryGetValue(stream, out var lease)
        )
        {
            lease.Received(index);
        }
    }

    /// <summary>Gives a session away as soon as another node has all of it: its last packets are the other one's first but one.</summary>
    public void HandOver(SessionKey session, ushort node, Instant now)
    {
        if (Owned(session) is { Ownership: { } ownership } replica && node != _around.Self.Node)
        {
            ownership.HandOverTo = node;
            ownership.PlanAt = default;
            Wake(replica, now);
        }
    }

    /// <summary>Whether a session that is owned here is to be another node's; not any more when that one is gone.</summary>
    public bool IsHandingOver(SessionKey session) =>
        Owned(session) is { Ownership.HandOverTo: not null };

    /// <summary>Ends a session that is owned here.</summary>
    public void End(SessionKey session, Instant now)
    {
        if (Owned(session) is { } replica)
        {
            _owner.End(replica, now);
            Finish(replica);
            Forget();
        }
    }

    /// <summary>Takes a frame of another process. Bytes that are none change nothing.</summary>
    public void HandleFrame(ReadOnlySpan<byte> frame, ushort from, Instant now)
    {
        var reader = new FrameReader(frame);
        while (reader.TryRead(out var message, out var body))
        {
            _around.Stats.MessagesIn++;
            if (message.From.Node == from && message.To.Node == _around.Self.Node)
            {
                HandleMessage(message, body, now);
            }
        }

        _around.Stats.Malformed += reader.IsCut ? 1 : 0;
        Forget();
    }

    /// <summary>When something has to be done.</summary>
    public Instant PollTimeout() => _around.Agenda.Next;

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        _around.Agenda.Take(_replicas, _turn, now);
        foreach (var replica in _turn)
        {
            Visit(replica, now);
        }

        _turn.Clear();
        Forget();
    }

    /// <summary>Takes a frame out that waits for a peer; returns its length, 0 when nothing waits.</summary>
    /// <param name="frame">Room for it: at least <see cref="FrameBytesMin"/>.</param>
    /// <param name="peer">To whom it goes.</param>
    public int PollFrame(Span<byte> frame, out ushort peer)
    {
        foreach (var outbox in _around.Outboxes.Values)
        {
            if (!outbox.IsEmpty)
            {
                peer = outbox.Peer;
                return outbox.Poll(frame);
            }
        }

        peer = 0;
        return 0;
    }

    /// <summary>Takes out what happened to a session; false when nothing did.</summary>
    public bool PollEvent(out TakeoverEvent happened) => _around.Events.TryDequeue(out happened);

    private void HandleMessage(in MessageHeader message, ReadOnlySpan<byte> body, Instant now)
    {
        _replicas.TryGetValue(message.Session, out var replica);
        if (message.Kind == MessageKind.Enrol)
        {
            Enrol(replica, message, now);
            return;
        }

        if (replica is null || replica.Seat != message.To || replica.IsForgotten)
        {
            _conversation.RefuseSeat(message);
            return;
        }

        _conversation.Handle(replica, message, body, now);
        if (replica.NextAt <= now && !replica.IsForgotten)
        {
            _conversation.HandleTimeout(replica, now);
        }

        Finish(replica);
    }

    private void Enrol(Replica? known, in MessageHeader message, Instant now)
    {
        var askedAt = new StateMark(message.Epoch, message.Number);
        if (message.To.Life != _around.Self.Life || _around.Role == PeerRole.Leaving)
        {
            return;
        }

        if (known is not null && !_conversation.TryLeave(known, message))
        {
            return;
        }

        if (known is null && _replicas.Count >= _around.Options.SessionsMax)
        {
            return;
        }

        var isNew = known is null || known.AskedAt != askedAt;
        var replica = isNew ? Seat(message.Session, askedAt) : known!;
        _around.Say(replica, message.From, MessageKind.Seated, message.Epoch, message.Number);
        Wake(replica, now);
    }

    private Replica Seat(SessionKey session, StateMark askedAt)
    {
        var state = new SessionState(_around.Options, _around.Rules);
        var replica = new Replica(session, _around.NewSeat(), askedAt, state);
        _replicas[session] = replica;
        _around.Agenda.MakeRoom(_replicas.Count);
        return replica;
    }

    private bool IsNeededIn(VoterSet voters, Replica replica)
    {
        var staying = 0;
        var isVoter = false;
        for (var index = 0; index < voters.Count; index++)
        {
            isVoter |= voters[index].Id == replica.Seat;
            staying += _around.Roster.IsStaying(voters[index].Id) ? 1 : 0;
        }

        // Where nobody stays, nobody is helped.
        return isVoter && staying > 0 && staying <= voters.Count / 2;
    }

    private Replica? Owned(SessionKey session) =>
        _replicas.TryGetValue(session, out var replica) && replica.Role == Role.Owner
            ? replica
            : null;

    private void WakeAll(Instant now)
    {
        foreach (var replica in _replicas.Values)
        {
            if (replica.Ownership is { } ownership)
            {
                ownership.PlanAt = default;
            }

            Wake(replica, now);
        }
    }

    private void Wake(Replica replica, Instant now)
    {
        replica.NextAt = Instant.Min(replica.NextAt, now);
        _around.Agenda.Put(replica);
    }

    private void Visit(Replica replica, Instant now)
    {
        _conversation.HandleTimeout(replica, now);
        Finish(replica);
    }

    private void Finish(Replica replica)
    {
        if (replica.IsForgotten)
        {
            _forgotten.Add(replica);
            return;
        }

        _around.Agenda.Put(replica);
    }

    /// <summary>Lets go of what is not needed, once nothing is under way.</summary>
    private void Forget()
    {
        foreach (var replica in _forgotten)
        {
            // Another seat may have been given out for the session meanwhile.
            if (_replicas.TryGetValue(replica.Key, out var current) && current == replica)
            {
                _replicas.Remove(replica.Key);
            }
        }

        _forgotten.Clear();
    }
}
