using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading.Channels;
using Anycast.Steering;
using Edge.Mesh;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>Knows which sessions are of other nodes than their names say: those that this node took over, which it tells the
/// others of its PoP, and theirs.</summary>
/// <remarks>
/// A session's id and username fragments name the node that it was made at, for ever. What they say is told when it is new or
/// over, and all again each <see cref="FlowLetter.RepeatInterval"/> and to who begins to listen. What others have told holds for
/// <see cref="AdoptionTable.Lifetime"/>, or until they are gone. Shards keep what concerns fragments, this keeps what concerns
/// ids. Bounded: by the node's sessions, by the tables, and by <see cref="WordsMax"/> that wait to be said; beyond that the next
/// round heals. Threads: any, but for <see cref="KeepHouse"/>, which one calls; one lock, never held while anything is awaited.
/// </remarks>
internal sealed partial class AdoptionDesk : IAsyncDisposable
{
    /// <summary>Words that wait. Chosen: those of a thousand sessions.</summary>
    private const int WordsMax = 4096;

    /// <summary>After somebody is connected, how long it takes at most to hear what it has. Chosen: a round of its
    /// housekeeping, and twice as long again.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(3);

    private readonly NodeState _node;
    private readonly SteeringOptions _options;
    private readonly PopKeyRing _keys;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AdoptedSession> _held = new(StringComparer.Ordinal);

    // How many names of what is held say a node: it is looked at with each session that comes.
    private readonly Dictionary<ushort, int> _formers = [];
    private readonly AdoptionTable _others = new();
    private readonly NameFollowers _followers = new();
    private readonly Channel<Said> _words = Channel.CreateBounded<Said>(
        new BoundedChannelOptions(WordsMax)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );

    private Subscriptions? _subscription;
    private Task _telling = Task.CompletedTask;
    private ImmutableArray<ushort> _peers = [];
    private Instant _settledAt;
    private Instant _repeatAt;
    private bool _hasGiven;

    /// <summary>Makes a desk that neither tells nor hears yet.</summary>
    /// <param name="node">The node.</param>
    /// <param name="options">How it is one of a PoP.</param>
    /// <param name="keys">The keys by which names are read.</param>
    public AdoptionDesk(NodeState node, SteeringOptions options, PopKeyRing keys)
    {
        _node = node;
        _options = options;
        _keys = keys;
        Self = new NodeAddress(
            OwnerCode.NumberOf(node.Options.Pop),
            OwnerCode.NumberOf(node.Options.Node)
        );
        _settledAt = node.Clock.Now() + SettleTime;
    }

    /// <summary>This node.</summary>
    public NodeAddress Self { get; }

    /// <summary>Sessions that are just being given away.</summary>
    public MovingSessions Moving { get; } = new();

    /// <summary>The other nodes that sessions of this one name.</summary>
    public ImmutableHashSet<NodeAddress> Represented
    {
        get
        {
            lock (_lock)
            {
                var names = ImmutableHashSet.CreateBuilder<NodeAddress>();
                foreach (var former in _formers.Keys)
                {
                    names.Add(Self with { Node = former });
                }

                names.Remove(Self);
                return names.ToImmutable();
            }
        }
    }

    /// <summary>Whether others may have what was this node's: then it does not say of anything that it is gone for good.</summary>
    public bool IsQuiet
    {
        get
        {
            var now = _node.Clock.Now();
            lock (_lock)
            {
                return _hasGiven
                    || _node.IsLeaving
                    || now < _settledAt
                    || _others.TryFindLowest(Self.Node, out _, now);
            }
        }
    }

    /// <summary>Begins something under the name of each node that this one represents, now and later, and ends it when that is
    /// over or the result is disposed. It begins before the others are told of the node's first session.</summary>
    public IDisposable Follow(Func<NodeAddress, IDisposable> begin) => _followers.Add(begin);

    /// <summary>This node has a session from now on that others know by the name of another node.</summary>
    /// <param name="sessionId">Its id.</param>
    /// <param name="fragments">The username fragments that lead to it.</param>
    /// <param name="former">The number of the node that its id says.</param>
    public void Adopt(string sessionId, IReadOnlyList<string> fragments, ushort former)
    {
        if (!TryReadId(sessionId, out var mark))
        {
            return;
        }

        lock (_lock)
        {
            if (_others.TryFind(mark, out var holder, _node.Clock.Now()))
            {
                _others.Remove(mark, holder);
            }

            Forget(sessionId, out _);
            var session = new AdoptedSession(former);
            _held.Add(sessionId, session);
            Add(session, new AdoptionWord(AdoptedName.Session, mark, former));
            foreach (var fragment in fragments)
            {
                AddFragment(session, fragment);
            }
        }
    }

    /// <summary>A session that was taken over has another fragment; nothing for any other session.</summary>
    public void AddFragment(string sessionId, string fragment)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(sessionId, out var session))
            {
                AddFragment(session, fragment);
            }
        }
    }

    /// <summary>A session has ended; nothing for one that was not taken over.</summary>
    public void Release(string sessionId)
    {
        lock (_lock)
        {
            if (!Forget(sessionId, out var session))
            {
                return;
            }

            foreach (var name in session.Names)
            {
                _ = _words.Writer.TryWrite(new Said(session, name with { HasEnded = true }));
            }
        }
    }

    /// <summary>Another node has taken a session from this one. Said by itself to all the others; here it is known at once. Also
    /// ends what <see cref="MovingSessions.Begin"/> began.</summary>
    /// <param name="sessionId">Its id.</param>
    /// <param name="fragments">The username fragments that lead to it.</param>
    /// <param name="holder">The number of the node that has it.</param>
    public void NoteMoved(string sessionId, IReadOnlyList<string> fragments, ushort holder)
    {
        if (TryReadId(sessionId, out var mark, out var code))
        {
            lock (_lock)
            {
                _hasGiven = true;
                Forget(sessionId, out _);
                _others.Set(mark, holder, code.Node, isRepeated: false, _node.Clock.Now());
            }

            TellShards(fragments, holder);
        }

        Moving.End(sessionId);
    }

    /// <summary>Finds the other node of the PoP that has a session; false for one that nobody said to have, or that is here.
    /// </summary>
    public bool TryFindHolder(string sessionId, out NodeAddress holder)
    {
        holder = default;
        if (!TryReadId(sessionId, out var mark))
        {
            return false;
        }

        lock (_lock)
        {
            if (
                _held.ContainsKey(sessionId)
                || !_others.TryFind(mark, out var number, _node.Clock.Now())
            )
            {
                return false;
            }

            holder = Self with { Node = number };
            return true;
        }
    }

    /// <summary>Whether another node of the PoP is connected now.</summary>
    public bool IsThere(NodeAddress peer) =>
        peer.Pop == Self.Pop
        && _options
            .Members()
            .Any(member => member.IsConnected && OwnerCode.NumberOf(member.Name) == peer.Node);

    /// <summary>Whether it is this node that says of a session of a name that nobody has it.</summary>
    public bool SpeaksFor(NodeAddress name)
    {
        if (name == Self)
        {
            return true;
        }

        lock (_lock)
        {
            return !_peers.Contains(name.Node)
                && (
                    !_others.TryFindLowest(name.Node, out var lowest, _node.Clock.Now())
                    || Self.Node < lowest
                );
        }
    }

    /// <summary>Waits until who is connected has had the time to say which sessions it has.</summary>
    public async ValueTask WhenSettledAsync(CancellationToken cancellation)
    {
        while (LeftToSettle() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellation);
        }
    }

    private TimeSpan LeftToSettle()
    {
        lock (_lock)
        {
            return _settledAt - _node.Clock.Now();
        }
    }

    private void AddFragment(AdoptedSession session, string fragment)
    {
        if (TryReadFragment(fragment, out var mark, out var code))
        {
            Add(session, new AdoptionWord(AdoptedName.Fragment, mark, code.Node));
        }
    }

    private void Add(AdoptedSession session, in AdoptionWord word)
    {
        if (session.TryAdd(word, out var gone))
        {
            Count(word, 1);
            if (gone is { } oldest)
            {
                Count(oldest, -1);
            }

            _ = _words.Writer.TryWrite(new Said(session, word));
        }
    }

    /// <summary>Keeps nothing of a session, and says nothing of it any more that waits to be said.</summary>
    private bool Forget(string sessionId, [NotNullWhen(true)] out AdoptedSession? session)
    {
        if (!_held.Remove(sessionId, out session))
        {
            return false;
        }

        session.IsOver = true;
        foreach (var name in session.Names)
        {
            Count(name, -1);
        }

        return true;
    }

    private void Count(in AdoptionWord name, int change)
    {
        var names = _formers.GetValueOrDefault(name.Former) + change;
        if (names == 0)
        {
            _ = _formers.Remove(name.Former);
        }
        else
        {
            _formers[name.Former] = names;
        }
    }

    private bool TryReadId(string sessionId, out ulong mark) =>
        TryReadId(sessionId, out mark, out _);

    private bool TryReadId(string sessionId, out ulong mark, out OwnerCode code) =>
        OwnerCode.TryReadSessionId(sessionId, _keys, out code, out mark) == OwnerCodeStatus.Ok
        && code.Pop == Self.Pop;

    private bool TryReadFragment(string fragment, out ulong mark, out OwnerCode code) =>
        OwnerCode.TryReadFragment(Encoding.UTF8.GetBytes(fragment), _keys, out code, out mark)
            == OwnerCodeStatus.Ok
        && code.Pop == Self.Pop;

    /// <summary>What is said of a session.</summary>
    private readonly record struct Said(AdoptedSession Session, AdoptionWord Word)
    {
        /// <summary>Whether everything is to be said, because somebody has heard of nothing.</summary>
        public bool IsAll { get; init; }
    }
}
