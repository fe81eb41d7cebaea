using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Primitives;
using Edge.Protocol.Ice;

namespace Edge.Node.Steering;

/// <summary>The validated addresses of all sessions of the node, whichever shard receives them.</summary>
/// <remarks>
/// A shard looks here for what it does not know itself: a flow that the kernel, or a router, gives to another
/// shard than before. An address where a session was proved to be stays its own for a while, whoever else's check comes from there:
/// that other session is its newcomer, as <see cref="FlowTable"/> says it of nodes. Bounded: 16 addresses a session. Threads:
/// any; looking takes no lock.
/// </remarks>
/// <typeparam name="TSession">The sessions.</typeparam>
internal sealed class NodeFlows<TSession>
    where TSession : class, IFlowHolder
{
    /// <summary>How long an address where a session was proved to be is its own after a check, or a packet, from there, whatever
    /// other sessions' checks say. Chosen: as long as the selected address may miss checks before another one is used
    /// (<see cref="IceOptions.SilenceMax"/>).</summary>
    public static readonly TimeSpan HeldFor = new IceOptions().SilenceMax;

    private readonly ConcurrentDictionary<NetworkAddress, Flow> _flows = new();
    private readonly ConcurrentDictionary<NetworkAddress, TSession> _newcomers = new();
    private readonly Lock _writing = new();

    /// <summary>All of them at about this moment, but for newcomers.</summary>
    public IEnumerable<(NetworkAddress Client, TSession Session)> All
    {
        get
        {
            foreach (var (client, flow) in _flows)
            {
                yield return (client, flow.Session);
            }
        }
    }

    /// <summary>Notes whose an address is.</summary>
    /// <param name="client">The address.</param>
    /// <param name="session">The session that validated it.</param>
    /// <param name="provedAt">Since when its client is proved to be there; <see cref="Instant.Never"/> while it is not.</param>
    /// <param name="former">Whose it was; null when it was nobody's, or that session's.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether that is new: it was not that session's, or not proved.</returns>
    public bool Set(
        in NetworkAddress client,
        TSession session,
        Instant provedAt,
        out TSession? former,
        Instant now
    )
    {
        former = null;
        if (_flows.TryGetValue(client, out var flow) && ReferenceEquals(flow.Session, session))
        {
            return provedAt.IsSet && flow.Hold(provedAt, now);
        }

        lock (_writing)
        {
            former = _flows.TryGetValue(client, out flow) ? flow.Session : null;
            flow = new Flow(session);
            _ = provedAt.IsSet && flow.Hold(provedAt, now);
            _flows[client] = flow;
            // Who was new there came before: what begins there now is this session's.
            _ = _newcomers.TryRemove(client, out _);
        }

        return true;
    }

    /// <summary>Notes that something came from an address that only the client could send; true when it was not proved to be there
    /// any more.</summary>
    [HotPath]
    public bool Hold(in NetworkAddress client, TSession session, Instant now) =>
        _flows.TryGetValue(client, out var flow)
        && ReferenceEquals(flow.Session, session)
        && flow.Hold(flow.ProvedAt, now);

    /// <summary>Notes that a session validated an address that is another one's; false when that is known.</summary>
    public bool SetNewcomer(in NetworkAddress client, TSession session)
    {
        lock (_writing)
        {
            var isKnown =
                _newcomers.TryGetValue(client, out var known) && ReferenceEquals(known, session);
            _newcomers[client] = session;
            return !isKnown;
        }
    }

    /// <summary>Whether an address is a session's.</summary>
    [HotPath]
    public bool IsOf(in NetworkAddress client, TSession session) =>
        _flows.TryGetValue(client, out var flow) && ReferenceEquals(flow.Session, session);

    /// <summary>Whether the client of a session is proved to be at an address.</summary>
    [HotPath]
    public bool IsHeld(in NetworkAddress client, Instant now) => TryFindProof(client, out _, now);

    /// <summary>Finds since when the client of a session is proved to be at an address: a check of another one's from there may have
    /// been recorded, and sent again with that one's source address, and would take its packets away.</summary>
    [HotPath]
    public bool TryFindProof(in NetworkAddress client, out Instant provedAt, Instant now)
    {
        if (
            _flows.TryGetValue(client, out var flow)
            && flow.Session.IsConnected
            && now < flow.HeldUntil
        )
        {
            provedAt = flow.ProvedAt;
            return true;
        }

        provedAt = default;
        return false;
    }

    /// <summary>What others are told of an address.</summary>
    public FlowWord WordOf(in NetworkAddress client, int shard, Instant now)
    {
        var isProved = TryFindProof(client, out var provedAt, now);
        return new FlowWord(client, unchecked((byte)shard))
        {
            Proof = isProved ? FlowProof.Proved : FlowProof.Asked,
            ProvedAgo = isProved ? now - provedAt : TimeSpan.Zero,
        };
    }

    /// <summary>Whether an address stays whose it is though another node says that it is its own.</summary>
    public bool Withstands(in FlowWord claim, Instant now) =>
        claim.Proof != FlowProof.Unsaid
        && TryFindProof(claim.Client, out var provedAt, now)
        && (
            claim.Proof == FlowProof.Asked
            || FlowTable.IsYounger(provedAt, now - claim.ProvedAgo)
            || (claim.IsRepeated && !FlowTable.IsYounger(now - claim.ProvedAgo, provedAt))
        );

    /// <summary>Forgets an address of a session, unless another one has taken it over; false then. Its newcomer has it then.</summary>
    public bool Remove(in NetworkAddress client, TSession session)
    {
        lock (_writing)
        {
            if (RemoveNewcomer(client, session))
            {
                return true;
            }

            if (!TryRemoveFlow(client, session))
            {
                return false;
            }

            if (_newcomers.TryRemove(client, out var next))
            {
                _flows[client] = new Flow(next);
            }

            return true;
        }
    }

    /// <summary>Lets go of an address that another node says is its own, unless that is to be withstood. Whose handshake is under way
    /// is new there, where that node's client is proved; where it is not, it has come last, and nobody here is new.</summary>
    /// <param name="claim">What that node says.</param>
    /// <param name="former">Whose it was; null when it was nobody's, or stays.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether that session is new there.</returns>
    public bool Yield(in FlowWord claim, out TSession? former, Instant now)
    {
        former = null;
        lock (_writing)
        {
            if (claim.Proof != FlowProof.Proved)
            {
                _ = _newcomers.TryRemove(claim.Client, out _);
            }

            if (
                Withstands(claim, now)
                || !TryFind(claim.Client, out var session)
                || !TryRemoveFlow(claim.Client, session)
            )
            {
                return false;
            }

            former = session;
            return claim.Proof == FlowProof.Proved
                && !session.IsConnected
                && _newcomers.TryAdd(claim.Client, session);
        }
    }

    /// <summary>Finds whose an address is.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress client, [NotNullWhen(true)] out TSession? session)
    {
        session = _flows.TryGetValue(client, out var flow) ? flow.Session : null;
        return session is { IsClosed: false };
    }

    /// <summary>Finds who is new at an address. That nobody is proved to be there any more does not end its handshake.</summary>
    /// <param name="client">The address.</param>
    /// <param name="isHandshake">Whether somebody is looked for whose handshake is not over.</param>
    /// <param name="session">Whose client is there, perhaps.</param>
    [HotPath]
    public bool TryFindNewcomer(
        in NetworkAddress client,
        bool isHandshake,
        [NotNullWhen(true)] out TSession? session
    ) =>
        _newcomers.TryGetValue(client, out session)
        && !session.IsClosed
        && !(isHandshake && session.IsConnected);

    private bool TryRemoveFlow(in NetworkAddress client, TSession session) =>
        IsOf(client, session) && _flows.TryRemove(client, out _);

    private bool RemoveNewcomer(in NetworkAddress client, TSession session) =>
        _newcomers.TryRemove(new KeyValuePair<NetworkAddress, TSession>(client, session));

    /// <summary>Whose an address is. Threads: its session's shard writes the times, which others read whole.</summary>
    private sealed class Flow(TSession session)
    {
        public TSession Session { get; } = session;

        public Instant HeldUntil { get; private set; } = Instant.Zero;

        public Instant ProvedAt { get; private set; } = Instant.Zero;

        /// <summary>The client was there; true when that was not known any more.</summary>
        public bool Hold(Instant provedAt, Instant now)
        {
            var isNew = now >= HeldUntil || provedAt > ProvedAt;
            ProvedAt = provedAt;
            HeldUntil = now + HeldFor;
            return isNew;
        }
    }
}
