using Anycast.Takeover.Indices;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>Which sessions of a node have something to do, and when: what costs nothing for those that have nothing.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Replica, long> _due = new();
    private readonly List<LeaseBook> _wanting = [];

    /// <summary>Sessions of which a stream wants more indices.</summary>
    public List<LeaseBook> Wanting => _wanting;

    /// <summary>When the next one has something to do, or a little earlier.</summary>
    public Instant Next =>
        _wanting.Count > 0 ? Instant.Zero
        : _due.TryPeek(out _, out var ticks) ? new Instant(ticks)
        : Instant.Never;

    /// <summary>Makes room for so many sessions, so that wanting allocates nothing. Each has one book, and perhaps that
    /// of an ownership that has just ended.</summary>
    public void MakeRoom(int sessions) => _wanting.EnsureCapacity(2 * sessions);

    /// <summary>Notes when a session has something to do.</summary>
    public void Put(Replica replica)
    {
        if (replica.NextAt < replica.QueuedAt)
        {
            replica.QueuedAt = replica.NextAt;
            _due.Enqueue(replica, replica.NextAt.Ticks);
        }
    }

    /// <summary>Takes out those that have something to do now, each once.</summary>
    public void Take(
        IReadOnlyDictionary<SessionKey, Replica> replicas,
        List<Replica> turn,
        Instant now
    )
    {
        foreach (var book in _wanting)
        {
            book.Unlist();
            if (
                replicas.TryGetValue(book.Session, out var replica)
                && replica.Ownership?.Book == book
            )
            {
                replica.NextAt = Instant.Min(replica.NextAt, now);
                Put(replica);
            }
        }

        _wanting.Clear();
        while (_due.TryPeek(out var replica, out var ticks) && ticks <= now.Ticks)
        {
            _due.Dequeue();
            // What was noted first and changed since stands for nothing.
            if (replica.QueuedAt.Ticks == ticks && !replica.IsForgotten)
            {
                replica.QueuedAt = Instant.Never;
                turn.Add(replica);
            }
        }
    }
}
