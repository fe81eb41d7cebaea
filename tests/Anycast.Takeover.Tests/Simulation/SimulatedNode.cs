using System.Buffers.Binary;
using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>One process of the PoP: its core, its clock, and what it knows of the others.</summary>
internal sealed class SimulatedNode(ushort number, PeerRole role, SimulatedPop pop)
{
    private const uint VersionKey = 7;

    /// <summary>Without a sign of life for so long a process is taken for dead.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<ushort, Instant> _heardAt = [];
    private readonly Dictionary<(SessionKey, int), IndexLease> _leases = [];
    private readonly Dictionary<SessionKey, (StateMark Write, int Version)> _written = [];
    private TimeSpan _clockAhead;
    private TimeSpan _clockAheadMax;

    public ushort Number { get; } = number;

    public PeerRole Role { get; } = role;

    public TakeoverNode Core { get; private set; } = null!;

    public ulong Life { get; private set; }

    /// <summary>How often it was started or killed: what was under way for a former run is lost.</summary>
    public int Run { get; private set; }

    public bool IsUp { get; private set; }

    /// <summary>Turns of its loop.</summary>
    public int Turns { get; set; }

    public Instant PausedUntil { get; private set; }

    /// <summary>What came while it was paused: the kernel's queues.</summary>
    public List<Happening> Queued { get; } = [];

    public override string ToString() => $"Node {Number} ({Life})";

    public Instant Clock(Instant now) => now + _clockAhead;

    /// <summary>Ahead by anything, but never back by more than two seconds of what it once said: for so long whoever has
    /// such a clock misses nobody, and others give up after four.</summary>
    public void JumpClock(TimeSpan by)
    {
        var least = _clockAheadMax - TimeSpan.FromSeconds(2);
        _clockAhead = _clockAhead + by > least ? _clockAhead + by : least;
        _clockAheadMax = _clockAhead > _clockAheadMax ? _clockAhead : _clockAheadMax;
    }

    public void Pause(Instant until) => PausedUntil = Instant.Max(PausedUntil, until);

    public void Start()
    {
        var former = Core;
        Run++;
        IsUp = true;
        Life = pop.Conditions.KeepsSeats && former is not null ? Life : ++pop.Lives;
        PausedUntil = Instant.Zero;
        Core = new TakeoverNode(
            Number,
            Life,
            pop.OptionsOf(Role),
            Prng.FromNumber((Life * 1000) + Number),
            pop.Rules
        );
        if (pop.Conditions.KeepsSeats && former is not null)
        {
            KeepSeats(former);
        }
    }

    public void Kill()
    {
        IsUp = false;
        Run++;
        Queued.Clear();
        _heardAt.Clear();
        _leases.Clear();
        _written.Clear();
    }

    public void HearBeat(ushort from, ulong life, PeerRole peerRole, Instant now)
    {
        _heardAt[from] = Clock(now);
        Core.HandlePeer(from, life, peerRole, Clock(now));
    }

    /// <summary>It takes another one for draining, until it hears of it again; one that it misses it does not.</summary>
    public void HearLeaving(SimulatedNode other, Instant now)
    {
        if (_heardAt.ContainsKey(other.Number))
        {
            Core.HandlePeer(other.Number, other.Life, PeerRole.Leaving, Clock(now));
        }
    }

    public void HearDeath(ushort from, ulong life, Instant now)
    {
        if (pop.Node(from).Life == life && !pop.Node(from).IsUp)
        {
            _heardAt.Remove(from);
            Core.HandlePeerLost(from, Clock(now));
        }
    }

    /// <summary>One turn of its loop.</summary>
    public void Step(Instant now)
    {
        var clock = Clock(now);
        foreach (var (peer, heardAt) in _heardAt)
        {
            if (clock - heardAt > SilenceMax)
            {
                _heardAt.Remove(peer);
                Core.HandlePeerLost(peer, clock);
            }
        }

        SendMedia(now);
        if (Core.PollTimeout() <= clock)
        {
            Core.HandleTimeout(clock);
        }

        PollEvents();
    }

    public void PollEvents()
    {
        while (Core.PollEvent(out var happened))
        {
            pop.Note($"{this}: {happened}");
            if (happened.Reason == TakeoverReason.None)
            {
                pop.Checker.Own(
                    happened.Session,
                    happened.Epoch,
                    VersionOf(happened.Session),
                    ToString()
                );
                Open(pop.Client(happened.Session));
            }
        }
    }

    /// <summary>Begins a session here.</summary>
    public void Create(SimulatedClient client, Instant now)
    {
        _ = Core.TryCreate(client.Session, Clock(now));
        for (var stream = 0; stream < client.Streams.Length; stream++)
        {
            _leases[(client.Session, stream)] = Core.TryOpen(
                client.Session,
                client.Streams[stream],
                client.First[stream],
                Clock(now)
            )!;
        }
    }

    /// <summary>Changes something of a session that is owned here.</summary>
    public void Write(SimulatedClient client, Instant now)
    {
        var value = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(value, client.Version + 1);
        var write = Core.Write(client.Session, VersionKey, value, Clock(now));
        if (write != StateMark.None)
        {
            client.Version++;
            _written[client.Session] = (write, client.Version);
        }
    }

    public bool Owns(SessionKey session) =>
        IsUp
        && Core.Replicas.TryGetValue(session, out var replica)
        && replica.Role == Takeover.Roles.Role.Owner;

    private void Open(SimulatedClient client)
    {
        for (var stream = 0; stream < client.Streams.Length; stream++)
        {
            if (
                Core.TryOpen(
                    client.Session,
                    client.Streams[stream],
                    client.First[stream],
                    default
                ) is
                { } lease
            )
            {
                _leases[(client.Session, stream)] = lease;
            }
        }
    }

    private int VersionOf(SessionKey session) =>
        Core.TryRead(session, VersionKey, out var value)
            ? BinaryPrimitives.ReadInt32BigEndian(value.Span)
            : 0;

    private void SendMedia(Instant now)
    {
        foreach (var ((session, stream), lease) in _leases)
        {
            var isReceived = stream < pop.Conditions.Streams;
            var burst = pop.Random.NextInt32(isReceived ? pop.Conditions.BurstMax + 1 : 3);
            var count = 0;
            var first = lease.Next;
            while (count < burst && lease.TryTake(out var index))
            {
                pop.Checker.Protect(session, lease, index, ToString());
                count++;
            }

            if (count > 0 && isReceived)
            {
                pop.SendMedia(pop.Client(session), stream, first, count, now);
            }
        }

        foreach (var (session, (write, version)) in _written)
        {
            if (Core.IsHeld(session, write))
            {
                pop.Checker.Hold(session, write.Epoch, version);
                _written.Remove(session);
            }
        }
    }

    /// <summary>Has a new run give out the seats of the former one, without what was stored under them.</summary>
    private void KeepSeats(TakeoverNode former)
    {
        foreach (var (session, replica) in former.Replicas)
        {
            if (replica.Role == Takeover.Roles.Role.Owner)
            {
                continue;
            }

            for (var serial = 1U; serial <= replica.Seat.Serial; serial++)
            {
                Core.HandleFrame(
                    Frames.Enrol(session, replica.Seat with { Serial = 0 }, serial),
                    from: 99,
                    Instant.Zero
                );
            }
        }
    }
}
