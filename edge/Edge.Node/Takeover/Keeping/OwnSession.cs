using System.Collections.Immutable;
using Anycast.Takeover;
using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Takeover.Keeping;

/// <summary>A session of this node that others keep.</summary>
/// <remarks>Threads: the desk's.</remarks>
/// <param name="media">The session.</param>
/// <param name="key">What it is called among them.</param>
internal sealed class OwnSession(Session media, SessionKey key)
{
    /// <summary>How long after a report it is looked whether more may be used. Chosen: many round trips of a LAN.</summary>
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(1);

    private readonly Dictionary<StreamId, Held> _leases = [];
    private Instant _looksUntil = Instant.Zero;
    private bool _isShort = true;

    /// <summary>The session.</summary>
    public Session Media => media;

    /// <summary>What it is called.</summary>
    public SessionKey Key => key;

    /// <summary>Whether it has keys.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Told whether another node has it, while it is being given to one.</summary>
    public TaskCompletionSource<bool>? Giving { get; set; }

    /// <summary>When it is portrayed.</summary>
    public PortraitTimes Portraits { get; } = new();

    /// <summary>Which write its last portrait is.</summary>
    public StateMark Mark { get; set; }

    /// <summary>Takes the indices that it goes on with.</summary>
    public void Take(IReadOnlyCollection<IndexLease> leases)
    {
        foreach (var lease in leases)
        {
            _leases.TryAdd(lease.Stream, new Held(lease));
        }
    }

    /// <summary>Its shard has told how far it is.</summary>
    public void Handle(KeptReport report, TakeoverNode core, Instant now)
    {
        IsConnected = report.IsConnected;
        _looksUntil = now + LookFor;
        foreach (var each in report.Indices)
        {
            var stream = SessionStreams.Of(each.Bound);
            if (!_leases.TryGetValue(stream, out var held))
            {
                if (core.TryOpen(key, stream, each.First, now) is not { } opened)
                {
                    continue;
                }

                held = new Held(opened);
                _leases.Add(stream, held);
            }

            held.Lease.HandleUsed(each.Bound.Last);
            if (report.HasLapsed && held.Said >= held.Lease.Granted)
            {
                held.Lease.HandleLapsed();
            }

            if (each.Reported is { } reported)
            {
                core.HandleReceived(key, stream, reported);
            }
        }
    }

    /// <summary>What may be used that was not said yet. Looked at while something may have come: after a report, and as long as
    /// something has nothing that it may use.</summary>
    public ImmutableArray<GrantedIndices> TakeGrants(Instant now)
    {
        if (now >= _looksUntil && !_isShort)
        {
            return [];
        }

        _isShort = false;
        ImmutableArray<GrantedIndices>.Builder? grants = null;
        foreach (var held in _leases.Values)
        {
            var granted = held.Lease.Granted;
            _isShort |= granted < held.Lease.Next;
            if (
                granted <= held.Said
                || SessionStreams.BoundOf(held.Lease.Stream, granted) is not { } bound
            )
            {
                continue;
            }

            held.Said = granted;
            // Half of it: more is there before it is needed.
            var used = held.Lease.Next - 1;
            grants ??= ImmutableArray.CreateBuilder<GrantedIndices>();
            grants.Add(new GrantedIndices(bound, used + ((granted - used) / 2)));
        }

        return grants?.ToImmutable() ?? [];
    }

    private sealed class Held(IndexLease lease)
    {
        public IndexLease Lease => lease;

        public long Said { get; set; } = lease.Next - 1;
    }
}
