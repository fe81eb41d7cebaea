using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>Replaces voters: seats are asked for, then both majorities count, then only the new one.</summary>
internal sealed class OwnerChanges(Surroundings around, OwnerWriter writer)
{
    /// <summary>Chosen: a seat takes one round trip; by then the node that was asked is missed.</summary>
    private static readonly TimeSpan SeatingMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Chosen: more than a session changes its voters while one of them is away and may come back.</summary>
    private const int ReleasedMax = 8;

    private readonly SeatPlanner _planner = new(around);

    /// <summary>Looks whether other voters are needed; returns when to look again.</summary>
    public Instant HandleTimeout(Replica replica, Ownership ownership, Instant now)
    {
        if (replica.State.Members!.IsJoint)
        {
            return LookAfterNewcomers(replica, ownership, now);
        }

        if (ownership.Seating is { } seating && now < seating.Until)
        {
            return Ask(replica, ownership, seating, now);
        }

        ownership.Seating = null;
        if (now >= ownership.PlanAt)
        {
            Begin(replica, ownership, now);
        }

        return ownership.Seating is { } begun
            ? Ask(replica, ownership, begun, now)
            : NextLook(replica, ownership, now);
    }

    /// <summary>A node gave a seat.</summary>
    public void HandleSeated(Replica replica, Ownership ownership, in MessageHeader message)
    {
        if (
            ownership.Seating is not { } seating
            || seating.Number != message.Number
            || replica.State.Members is not { IsJoint: false } members
        )
        {
            return;
        }

        seating.Seat(message.From);
        if (seating.TryFinish(out var next))
        {
            Write(replica, ownership, members with { Next = next });
        }
    }

    /// <summary>Goes on when majorities have what was written.</summary>
    public void Settle(Replica replica, Ownership ownership)
    {
        var members = replica.State.Members!;
        if (!members.IsJoint)
        {
            Release(replica, ownership);
            return;
        }

        var isStored = ownership.Stored >= ownership.ChangeNumber;
        if (!around.Rules.IsChangeOver(isStored) || !AreNewcomersComplete(ownership, members))
        {
            return;
        }

        AddLeaving(ownership, members.Current, members.Next);
        around.Stats.Changes++;
        Write(replica, ownership, members with { Current = members.Next, Next = default });
    }

    private static bool AreNewcomersComplete(Ownership ownership, Membership members)
    {
        foreach (var progress in ownership.Voters)
        {
            if (!members.Current.Has(progress.Voter.Id) && progress.Stored < ownership.ChangeNumber)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A newcomer that is lost before it has everything stays out: the voters of now go on as they were. They
    /// decide together with whoever is to come, so taking that back is a write as any other.</summary>
    private Instant LookAfterNewcomers(Replica replica, Ownership ownership, Instant now)
    {
        var members = replica.State.Members!;
        var isAway = false;
        foreach (var progress in ownership.Voters)
        {
            var id = progress.Voter.Id;
            if (members.Current.Has(id) || progress.Stored >= ownership.ChangeNumber)
            {
                continue;
            }

            if (progress.IsGone || around.Roster.IsToReplace(id, now, around.Options.ReplaceAfter))
            {
                AddLeaving(ownership, members.Next, members.Current);
                Write(replica, ownership, members with { Next = default });
                return now;
            }

            isAway |= !around.Roster.IsThere(id);
        }

        return isAway ? now + (around.Options.ReplaceAfter / 4) : Instant.Never;
    }

    private void Begin(Replica replica, Ownership ownership, Instant now)
    {
        if (_planner.Plan(replica, ownership, now) is not { } voters)
        {
            return;
        }

        var seating = new Seating(++ownership.Seatings, voters, now + SeatingMax);
        if (seating.TryFinish(out var next))
        {
            Write(replica, ownership, replica.State.Members! with { Next = next });
            return;
        }

        ownership.Seating = seating;
    }

    private void Write(Replica replica, Ownership ownership, Membership members)
    {
        replica.State.Write(members);
        ownership.Seating = null;
        ownership.PlanAt = default;
        ownership.ChangeNumber = replica.State.Mark.Number;
        writer.SetVoters(replica, ownership);
    }

    private Instant Ask(Replica replica, Ownership ownership, Seating seating, Instant now)
    {
        if (now < seating.AgainAt)
        {
            return seating.AgainAt;
        }

        foreach (var voter in seating.Voters)
        {
            if (voter.Id.Serial == 0)
            {
                around.Say(replica, voter.Id, MessageKind.Enrol, ownership.Epoch, seating.Number);
            }
        }

        seating.AgainAt = now + around.Options.RetryInterval;
        return seating.AgainAt;
    }

    /// <summary>Who comes or goes wakes every session; only time that passes must be looked for.</summary>
    private Instant NextLook(Replica replica, Ownership ownership, Instant now)
    {
        var isWaiting = false;
        foreach (var progress in ownership.Voters)
        {
            isWaiting |= progress.IsGone || !around.Roster.IsThere(progress.Voter.Id);
        }

        isWaiting |= ownership.HandOverTo is not null;
        if (now >= ownership.PlanAt)
        {
            ownership.PlanAt = now + (around.Options.ReplaceAfter / 4);
        }

        return isWaiting && !replica.State.Members!.IsJoint ? ownership.PlanAt : Instant.Never;
    }

    private static void AddLeaving(Ownership ownership, VoterSet before, VoterSet after)
    {
        for (var index = 0; index < before.Count; index++)
        {
            var id = before[index].Id;
            if (!after.Has(id))
            {
                ownership.Leaving.Add(id);
            }
        }
    }

    /// <summary>The new majority knows that it is the only one: who left may forget.</summary>
    private void Release(Replica replica, Ownership ownership)
    {
        if (ownership.Leaving.Count == 0 || ownership.Stored < ownership.ChangeNumber)
        {
            return;
        }

        foreach (var id in ownership.Leaving)
        {
            if (id != replica.Seat && ownership.Released.Count < ReleasedMax)
            {
                ownership.Released.Add(id);
            }
        }

        ownership.Leaving.Clear();
        ownership.ReleaseAgainAt = default;
        replica.NextAt = default;
    }
}
