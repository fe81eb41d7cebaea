using Anycast.Takeover.Letters;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>Brings what an owner writes to the other voters, and counts who has it.</summary>
internal sealed class OwnerWriter(Surroundings around)
{
    private readonly List<Voter> _voters = [];

    /// <summary>Keeps the list of the other voters after a change of who votes.</summary>
    public void SetVoters(Replica replica, Ownership ownership)
    {
        replica.State.Members!.CopyTo(_voters);
        for (var index = ownership.Voters.Count - 1; index >= 0; index--)
        {
            if (!_voters.Contains(ownership.Voters[index].Voter))
            {
                ownership.Voters.RemoveAt(index);
            }
        }

        foreach (var voter in _voters)
        {
            if (voter.Id != replica.Seat && Find(ownership, voter.Id) is null)
            {
                ownership.Voters.Add(new Progress(voter));
            }
        }
    }

    /// <summary>What is known of a voter; null of who is none.</summary>
    public static Progress? Find(Ownership ownership, VoterId id)
    {
        foreach (var progress in ownership.Voters)
        {
            if (progress.Voter.Id == id)
            {
                return progress;
            }
        }

        return null;
    }

    /// <summary>Sends what each voter lacks; returns when something has to be sent again.</summary>
    public Instant Send(Replica replica, Ownership ownership, Instant now)
    {
        var again = Instant.Never;
        var number = replica.State.Mark.Number;
        foreach (var progress in ownership.Voters)
        {
            if (progress.Stored >= number || progress.IsGone)
            {
                continue;
            }

            if (progress.Sent < number || now >= progress.AgainAt)
            {
                Append(replica, ownership, progress);
                progress.Sent = number;
                progress.AgainAt = now + RetryOf(progress);
            }

            again = Instant.Min(again, progress.AgainAt);
        }

        return again;
    }

    /// <summary>A voter has stored writes.</summary>
    public static void Stored(Ownership ownership, Progress progress, long number)
    {
        if (number > progress.Stored)
        {
            progress.Stored = number;
            progress.Base = new StateMark(ownership.Epoch, number);
        }
    }

    /// <summary>The last write that the majorities have that decide.</summary>
    public long LastStored(Replica replica, Ownership ownership, bool byHolders)
    {
        var last = 0L;
        var own = replica.State.Mark.Number;
        if (IsStored(replica, ownership, own, byHolders))
        {
            return own;
        }

        foreach (var progress in ownership.Voters)
        {
            if (progress.Stored > last && IsStored(replica, ownership, progress.Stored, byHolders))
            {
                last = progress.Stored;
            }
        }

        return last;
    }

    private TimeSpan RetryOf(Progress progress) =>
        around.Roster.IsThere(progress.Voter.Id)
            ? around.Options.RetryInterval
            : around.Options.ReplaceAfter;

    private void Append(Replica replica, Ownership ownership, Progress progress)
    {
        var outbox = around.To(progress.Voter.Id.Node);
        outbox.Begin();
        outbox.Mark(progress.Base);
        StateItems.WriteSince(replica.State, progress.Base, progress.Voter.IsWitness, outbox);
        outbox.End(
            new MessageHeader(
                MessageKind.Append,
                replica.Key,
                progress.Voter.Id,
                replica.Seat,
                ownership.Epoch,
                replica.State.Mark.Number
            )
        );
    }

    private bool IsStored(Replica replica, Ownership ownership, long number, bool byHolders)
    {
        var members = replica.State.Members!;
        var byCurrent = IsStoredBy(replica, ownership, members.Current, number, byHolders);
        return !members.IsJoint
            ? byCurrent
            : around.Rules.IsDecided(
                byCurrent,
                IsStoredBy(replica, ownership, members.Next, number, byHolders)
            );
    }

    private bool IsStoredBy(
        Replica replica,
        Ownership ownership,
        VoterSet set,
        long number,
        bool byHolders
    )
    {
        var count = 0;
        for (var index = 0; index < set.Count; index++)
        {
            var isCounted = !byHolders || !set[index].IsWitness;
            count += isCounted && Has(replica, ownership, set[index].Id, number) ? 1 : 0;
        }

        return around.Rules.IsMajority(count, set.Count);
    }

    private static bool Has(Replica replica, Ownership ownership, VoterId id, long number) =>
        id == replica.Seat
            ? replica.State.Mark.Number >= number
            : Find(ownership, id) is { } progress && progress.Stored >= number;
}
