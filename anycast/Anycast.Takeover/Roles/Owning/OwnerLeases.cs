using Anycast.Takeover.Indices;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>The indices of an owner's streams: opens them, has more of them reserved, and closes them.</summary>
internal sealed class OwnerLeases(Surroundings around)
{
    /// <summary>The indices of a stream, which is new unless a former owner had it; null when there are too many.</summary>
    public IndexLease? Open(Replica replica, StreamId stream, long first)
    {
        var ownership = replica.Ownership!;
        if (ownership.Leases.TryGetValue(stream, out var known))
        {
            return known;
        }

        if (!replica.State.TryReserve(stream, new Reservation(first - 1, first - 1)))
        {
            return null;
        }

        var lease = NewLease(ownership, stream);
        lease.Begin(first, first - 1);
        return lease;
    }

    /// <summary>Where the leases of a new ownership leave word.</summary>
    public LeaseBook NewBook(Replica replica) => new(replica.Key, around.Agenda.Wanting);

    /// <summary>Opens all streams of a session that was taken over, above what was ever sent.</summary>
    public void Begin(Replica replica, Ownership ownership, HandedOver? handedOver)
    {
        foreach (var (stream, bound) in replica.State.Bounds)
        {
            var first =
                handedOver is not null && handedOver.Last.TryGetValue(stream, out var last)
                    ? around.Rules.FirstIndex(
                        bound.Value.Bound,
                        last,
                        handedOver.Epoch,
                        ownership.Epoch
                    )
                    : around.Rules.FirstIndex(bound.Value.Bound);
            NewLease(ownership, stream).Begin(first, bound.Value.Floor);
        }

        // All bounds are written anew, so that who stores this owner's writes has every one of them.
        foreach (var lease in ownership.Leases.Values)
        {
            ReserveAgain(replica, lease);
        }
    }

    /// <summary>Writes a higher bound for whoever wants one.</summary>
    public static void Reserve(Replica replica, Ownership ownership)
    {
        if (!ownership.Book.AnyWanting)
        {
            return;
        }

        ownership.Book.Serve();
        foreach (var lease in ownership.Leases.Values)
        {
            if (!lease.IsWanting)
            {
                continue;
            }

            lease.Asked();
            var target = lease.Target();
            if (target > replica.State.Bounds[lease.Stream].Value.Bound)
            {
                _ = replica.State.TryReserve(lease.Stream, new Reservation(target, lease.Floor));
            }
        }
    }

    /// <summary>Lets be sent what a majority has stored.</summary>
    public static void Raise(Replica replica, Ownership ownership)
    {
        foreach (var lease in ownership.Leases.Values)
        {
            var bound = replica.State.Bounds[lease.Stream];
            if (bound.Number <= ownership.Stored)
            {
                lease.Raise(bound.Value.Bound);
            }
        }
    }

    /// <summary>Whether a stream may send nothing more.</summary>
    public static bool AnyStalled(Ownership ownership)
    {
        foreach (var lease in ownership.Leases.Values)
        {
            if (lease.IsStalled)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends them all: nothing is sent from here on.</summary>
    public static void Close(Ownership ownership)
    {
        foreach (var lease in ownership.Leases.Values)
        {
            lease.Close();
        }
    }

    private static void ReserveAgain(Replica replica, IndexLease lease)
    {
        var known = replica.State.Bounds[lease.Stream].Value;
        var bound = Math.Max(known.Bound, lease.Target());
        lease.Asked();
        _ = replica.State.TryReserve(lease.Stream, known with { Bound = bound });
    }

    private IndexLease NewLease(Ownership ownership, StreamId stream)
    {
        var limits = StreamLimits.Of(stream.Kind, around.Options);
        var lease = new IndexLease(stream, limits, ownership.Book, around.Rules);
        ownership.Leases[stream] = lease;
        return lease;
    }
}
