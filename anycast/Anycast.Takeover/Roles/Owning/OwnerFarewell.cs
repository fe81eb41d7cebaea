using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>What an owner says last: to who goes on, and to who is not needed any more.</summary>
internal sealed class OwnerFarewell(Surroundings around)
{
    /// <summary>Tells a voter the last index of each stream. None is sent from here on.</summary>
    public void SayLast(Replica replica, Ownership ownership, VoterId heir)
    {
        var outbox = around.To(heir.Node);
        outbox.Begin();
        foreach (var lease in ownership.Leases.Values)
        {
            outbox.Last(lease.Stream, lease.Next - 1);
        }

        outbox.End(
            new MessageHeader(
                MessageKind.HandOver,
                replica.Key,
                heir,
                replica.Seat,
                ownership.Epoch,
                replica.State.Mark.Number
            )
        );
    }

    /// <summary>Tells former voters. One that is away may come back, and even believe that it owns the session.</summary>
    public Instant SendReleases(Replica replica, Ownership ownership, Instant now)
    {
        var isDue = now >= ownership.ReleaseAgainAt;
        var isWaiting = false;
        for (var index = ownership.Released.Count - 1; index >= 0; index--)
        {
            var id = ownership.Released[index];
            if (around.Roster.HasEnded(id))
            {
                ownership.Released.RemoveAt(index);
            }
            else if (around.Roster.IsThere(id))
            {
                isWaiting = true;
                if (isDue)
                {
                    around.Say(replica, id, MessageKind.Release, ownership.Epoch, number: 0);
                }
            }
        }

        if (!isWaiting)
        {
            return Instant.Never;
        }

        if (isDue)
        {
            ownership.ReleaseAgainAt = now + (around.Options.RetryInterval * 4);
        }

        return ownership.ReleaseAgainAt;
    }
}
