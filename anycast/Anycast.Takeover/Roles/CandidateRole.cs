using Anycast.Takeover.Letters;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>What a node does that asks for votes.</summary>
internal sealed class CandidateRole(Surroundings around)
{
    private readonly List<Voter> _voters = [];

    /// <summary>Begins to ask; true when this node owns the session at once.</summary>
    public bool Start(Replica replica, Instant now)
    {
        if (replica.State.Members is not { } members)
        {
            return false;
        }

        around.Stats.Elections++;
        replica.Role = Role.Candidate;
        replica.Candidacy = new Candidacy
        {
            StartedAt = now,
            Members = members,
            MembersMark = replica.State.MembersMark,
        };
        return Again(replica, replica.Candidacy, now);
    }

    /// <summary>Asks anew when nobody won in time, or gives up; true when this node owns the session.</summary>
    public bool HandleTimeout(Replica replica, Instant now)
    {
        var candidacy = replica.Candidacy!;
        replica.NextAt = candidacy.AgainAt;
        if (now < candidacy.AgainAt)
        {
            return false;
        }

        if (now >= candidacy.StartedAt + around.Options.GiveUpAfter)
        {
            GiveUp(replica);
            return false;
        }

        if (IsOwnerBack(replica))
        {
            replica.Role = Role.Follower;
            replica.Candidacy = null;
            replica.OwnerLostAt = Instant.Never;
            replica.NextAt = now;
            return false;
        }

        candidacy.Members = replica.State.Members!;
        candidacy.MembersMark = replica.State.MembersMark;
        return Again(replica, candidacy, now);
    }

    /// <summary>A voter would vote; true when this node owns the session.</summary>
    public bool HandleWouldVote(Replica replica, in MessageHeader message, ReadOnlySpan<byte> body)
    {
        if (
            replica.Candidacy is not { IsProbe: true } candidacy
            || candidacy.Epoch != message.Epoch
            || !StateItems.AreReadable(body)
        )
        {
            return false;
        }

        candidacy.Votes[message.From] = default;
        LearnMembers(replica, candidacy, body);
        return IsElected(candidacy) && TryPromise(replica, candidacy);
    }

    /// <summary>A voter votes; true when this node owns the session.</summary>
    public bool HandleVote(Replica replica, in MessageHeader message, ReadOnlySpan<byte> body)
    {
        if (
            replica.Candidacy is not { IsProbe: false } candidacy
            || candidacy.Epoch != message.Epoch
            || !StateItems.AreReadable(body)
        )
        {
            return false;
        }

        var mark = MarkOf(body, out var isWhole);
        if (isWhole && mark > replica.State.Mark)
        {
            replica.State.ForgetSections();
            StateItems.Store(replica.State, body, mark, isWitness: false);
        }
        else
        {
            StateItems.StoreBounds(replica.State, body, replica.State.Mark.Number);
        }

        candidacy.Votes[message.From] = mark;
        LearnMembers(replica, candidacy, body);
        return IsElected(candidacy) && CanOwn(replica, candidacy);
    }

    /// <summary>Whether what a candidate knew of who votes says that it cannot own the session.</summary>
    private static bool CanOwn(Replica replica, Candidacy candidacy) =>
        candidacy.Members.Coming.HasHolder(replica.Seat);

    private static StateMark MarkOf(ReadOnlySpan<byte> body, out bool isWhole)
    {
        var mark = StateMark.None;
        isWhole = false;
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            isWhole |= kind == ItemKind.Whole;
            if (kind == ItemKind.Mark)
            {
                _ = ItemReader.TryReadMark(item, out mark);
            }
        }

        return mark;
    }

    private bool IsOwnerBack(Replica replica) =>
        replica is { HandedOver: null, HasOwnerLeft: false }
        && replica.State.Members is { } members
        && members.Owner != replica.Seat
        && around.Roster.IsThere(members.Owner)
        && replica.Promised <= replica.State.Mark.Epoch;

    /// <summary>The session is lost to this node. If it was the owner, the others wait for it, and are told.</summary>
    private void GiveUp(Replica replica)
    {
        replica.IsForgotten = true;
        if (replica.State.Members is not { } members || members.Owner != replica.Seat)
        {
            return;
        }

        members.CopyTo(_voters);
        foreach (var voter in _voters)
        {
            if (voter.Id != replica.Seat)
            {
                around.SayNoSeat(replica, voter.Id);
            }
        }
    }

    /// <summary>Asks for the next epoch, first of all who would vote.</summary>
    private bool Again(Replica replica, Candidacy candidacy, Instant now)
    {
        candidacy.Epoch = Math.Max(replica.Promised, replica.EpochHeard) + 1;
        candidacy.IsProbe = true;
        candidacy.Asked.Clear();
        candidacy.Votes.Clear();
        candidacy.Votes[replica.Seat] = default;
        var interval = around.Options.AskInterval;
        var rank = candidacy.Members.RankOf(replica.Seat);
        candidacy.AgainAt = now + (interval * (1 + rank)) + around.PartOf(interval);
        replica.NextAt = candidacy.AgainAt;
        AskAll(replica, candidacy);
        return IsElected(candidacy) && TryPromise(replica, candidacy);
    }

    /// <summary>A majority would vote: now this node is held to the epoch, and asks for the votes.</summary>
    private bool TryPromise(Replica replica, Candidacy candidacy)
    {
        if (candidacy.Epoch <= replica.Promised || !CanOwn(replica, candidacy))
        {
            return false;
        }

        replica.Promised = around.Rules.Promise(replica.Promised, candidacy.Epoch);
        replica.VotedFor = replica.Seat;
        candidacy.IsProbe = false;
        candidacy.Asked.Clear();
        candidacy.Votes.Clear();
        candidacy.Votes[replica.Seat] = replica.State.Mark;
        AskAll(replica, candidacy);
        return IsElected(candidacy);
    }

    /// <summary>Takes a newer view of who votes, and asks those that it names too.</summary>
    private void LearnMembers(Replica replica, Candidacy candidacy, ReadOnlySpan<byte> body)
    {
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            if (
                kind == ItemKind.Members
                && ItemReader.TryReadMembers(item, out var members, out var mark)
                && around.Rules.IsNewerView(candidacy.MembersMark, mark)
            )
            {
                candidacy.Members = members;
                candidacy.MembersMark = mark;
                AskAll(replica, candidacy);
            }
        }
    }

    private void AskAll(Replica replica, Candidacy candidacy)
    {
        candidacy.Members.CopyTo(_voters);
        foreach (var voter in _voters)
        {
            if (voter.Id != replica.Seat && !candidacy.Asked.Contains(voter.Id))
            {
                candidacy.Asked.Add(voter.Id);
                Ask(replica, candidacy, voter.Id);
            }
        }
    }

    private void Ask(Replica replica, Candidacy candidacy, VoterId voter)
    {
        var outbox = around.To(voter.Node);
        outbox.Begin();
        outbox.Byte(
            (byte)(
                (candidacy.IsProbe ? AskFlags.Probe : 0)
                | (replica.HandedOver is null && !replica.HasOwnerLeft ? 0 : AskFlags.HandOver)
            )
        );
        outbox.Mark(replica.State.Mark);
        outbox.Mark(candidacy.MembersMark);
        outbox.End(
            new MessageHeader(
                MessageKind.Ask,
                replica.Key,
                voter,
                replica.Seat,
                candidacy.Epoch,
                replica.State.Mark.Number
            )
        );
    }

    private bool IsElected(Candidacy candidacy)
    {
        var members = candidacy.Members;
        var byCurrent = around.Rules.IsMajority(
            Count(candidacy, members.Current),
            members.Current.Count
        );
        return !members.IsJoint
            ? byCurrent
            : around.Rules.IsDecided(
                byCurrent,
                around.Rules.IsMajority(Count(candidacy, members.Next), members.Next.Count)
            );
    }

    private static int Count(Candidacy candidacy, VoterSet set)
    {
        var count = 0;
        for (var index = 0; index < set.Count; index++)
        {
            count += candidacy.Votes.ContainsKey(set[index].Id) ? 1 : 0;
        }

        return count;
    }
}
