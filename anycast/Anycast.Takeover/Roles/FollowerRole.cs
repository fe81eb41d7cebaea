using Anycast.Takeover.Letters;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>What a node does that stores a session: takes the owner's writes, votes, and notices that the owner is missed.</summary>
internal sealed class FollowerRole(Surroundings around)
{
    /// <summary>Chosen: an owner that asked for a seat uses it within milliseconds.</summary>
    private static readonly TimeSpan SeatIdleMax = TimeSpan.FromSeconds(10);

    private bool IsWitness => around.Role == PeerRole.Witness;

    /// <summary>Takes an owner's writes. Whoever has a higher epoch behind it is the owner.</summary>
    public void HandleAppend(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        if (around.Rules.IsRefused(replica.Promised, message.Epoch))
        {
            around.Refuse(message, RefusalReason.HigherEpoch, replica.Promised);
            return;
        }

        if (!ItemReader.TryReadMark(body, out var from) || !AreReadable(body))
        {
            around.Stats.Malformed++;
            return;
        }

        Follow(replica, message.Epoch, message.From);
        var state = replica.State;
        var mark = new StateMark(message.Epoch, message.Number);
        if (mark > state.Mark)
        {
            if (
                from != StateMark.None
                && !around.Rules.IsContinued(state.Mark, from, message.Epoch)
            )
            {
                around.Say(replica, message.From, MessageKind.Mismatch, message.Epoch, 0);
                return;
            }

            if (from == StateMark.None)
            {
                state.ForgetSections();
            }

            StateItems.Store(state, body[ItemReader.MarkBytes..], mark, IsWitness);
        }

        around.Say(replica, message.From, MessageKind.Stored, message.Epoch, state.Mark.Number);
        replica.NextAt = now;
    }

    /// <summary>Votes, or says who would: for the first that asks for an epoch above all before.</summary>
    public void HandleAsk(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        if (
            body.IsEmpty
            || !ItemReader.TryReadMark(body[1..], out var mark)
            || !ItemReader.TryReadMark(body[(1 + ItemReader.MarkBytes)..], out var view)
        )
        {
            around.Stats.Malformed++;
            return;
        }

        var isProbe = (body[0] & AskFlags.Probe) != 0;
        var isAgain =
            !isProbe && message.Epoch == replica.Promised && replica.VotedFor == message.From;
        if (message.Epoch <= replica.Promised && !isAgain)
        {
            around.Refuse(message, RefusalReason.HigherEpoch, replica.Promised);
            return;
        }

        var reason = Objection(replica, message.From, view, (body[0] & AskFlags.HandOver) != 0);
        if (reason != RefusalReason.None)
        {
            around.Refuse(message, reason, replica.Promised);
            return;
        }

        if (!isProbe)
        {
            Vote(replica, message, now);
        }

        Answer(replica, message, isProbe, mark);
    }

    /// <summary>The owner goes, and asks this voter to go on. False when it cannot be the first to.</summary>
    public bool TryHandOver(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        if (
            replica.Role != Role.Follower
            || replica.Promised != message.Epoch
            || replica.State.Mark != new StateMark(message.Epoch, message.Number)
            || !StateItems.AreReadable(body)
        )
        {
            return false;
        }

        var last = new Dictionary<Indices.StreamId, long>();
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            if (
                kind == ItemKind.Last
                && ItemReader.TryReadLast(item, out var stream, out var index)
            )
            {
                last[stream] = index;
            }
        }

        replica.HandedOver = new HandedOver(message.Epoch, last);
        replica.OwnerLostAt = now;
        return true;
    }

    /// <summary>Learns who votes. To know a newer view is no more than to need its voters as well.</summary>
    public void HandleView(Replica replica, ReadOnlySpan<byte> body, Instant now)
    {
        if (!StateItems.AreReadable(body))
        {
            around.Stats.Malformed++;
            return;
        }

        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            if (
                kind == ItemKind.Members
                && replica.State.Members is not null
                && ItemReader.TryReadMembers(item, out var members, out var mark)
            )
            {
                replica.State.Store(members, mark);
                replica.NextAt = now;
            }
        }
    }

    /// <summary>The owner does not need this voter any more.</summary>
    public void HandleRelease(Replica replica, in MessageHeader message)
    {
        if (around.Rules.IsRefused(replica.Promised, message.Epoch))
        {
            around.Refuse(message, RefusalReason.HigherEpoch, replica.Promised);
            return;
        }

        replica.IsForgotten = true;
        around.Refuse(message, RefusalReason.NoSeat, replica.Promised);
    }

    /// <summary>Looks after the owner; true when this node should ask for votes.</summary>
    public bool HandleTimeout(Replica replica, Instant now)
    {
        if (replica.State.Members is not { } members)
        {
            return WaitForState(replica, now);
        }

        if (!IsOwnerMissed(replica, members) && replica.HandedOver is null)
        {
            replica.OwnerLostAt = Instant.Never;
            replica.AskAt = Instant.Never;
            Audit(replica, members, now);
            return false;
        }

        if (!replica.OwnerLostAt.IsSet)
        {
            replica.OwnerLostAt = now;
            replica.AskAt = now + DelayOf(replica, members);
        }

        // Twice: whoever could take it over has given up by then.
        var forgetAt = replica.OwnerLostAt + (around.Options.GiveUpAfter * 2);
        if (now >= forgetAt)
        {
            replica.IsForgotten = true;
            return false;
        }

        var canOwn =
            !IsWitness && members.Coming.HasHolder(replica.Seat) && !IsLeftToOthers(members);
        if (!canOwn && now >= replica.AskAt)
        {
            TellView(replica, members);
            replica.AskAt = now + (around.Options.AskInterval * 4);
        }

        replica.NextAt = Instant.Min(replica.AskAt, forgetAt);
        return canOwn && now >= replica.AskAt;
    }

    /// <summary>The owner's node has no such seat: the session is over, and this node was not told, or it has given up.</summary>
    public static void HandleRefusal(
        Replica replica,
        in MessageHeader message,
        RefusalReason reason,
        Instant now
    )
    {
        if (
            reason == RefusalReason.NoSeat
            && replica.State.Members is { } members
            && members.Owner == message.From
        )
        {
            replica.HasOwnerLeft = true;
            replica.NextAt = now;
        }
    }

    /// <summary>The owner's node is there that was not: it is asked whether it has the session still.</summary>
    public static void Doubt(Replica replica, ushort node, Instant now)
    {
        if (replica.Ownership is null && replica.State.Members?.Owner.Node == node)
        {
            replica.AuditAt = now;
        }
    }

    private static bool AreReadable(ReadOnlySpan<byte> body) =>
        StateItems.AreReadable(body[ItemReader.MarkBytes..]);

    /// <summary>Why a candidate gets no vote. Only liveness needs it: who cannot lead, or would depose an owner that
    /// is well, should not disturb.</summary>
    private RefusalReason Objection(
        Replica replica,
        VoterId candidate,
        StateMark view,
        bool isHandOver
    )
    {
        if (replica.Role is Role.Owner or Role.Ending)
        {
            return RefusalReason.OwnerIsThere;
        }

        if (replica.State.Members is not { } members)
        {
            return RefusalReason.None;
        }

        if (replica.State.MembersMark >= view && !members.Coming.HasHolder(candidate))
        {
            return RefusalReason.NoMember;
        }

        var isOwnerGone =
            isHandOver || members.Owner.Node == candidate.Node || IsOwnerMissed(replica, members);
        return isOwnerGone ? RefusalReason.None : RefusalReason.OwnerIsThere;
    }

    /// <summary>Gives up what a node had before somebody else got the epoch, as owner or with this vote.</summary>
    private void Follow(Replica replica, long epoch, VoterId whom)
    {
        replica.Promised = around.Rules.Promise(replica.Promised, epoch);
        replica.VotedFor = whom;
        replica.Candidacy = null;
        replica.HandedOver = null;
        replica.Role = replica.Role == Role.Candidate ? Role.Follower : replica.Role;
        replica.OwnerLostAt = Instant.Never;
        replica.HasOwnerLeft = false;
        replica.AuditAt = Instant.Never;
        replica.AskAt = Instant.Never;
    }

    private bool IsOwnerMissed(Replica replica, Membership members) =>
        replica.HasOwnerLeft
        || members.Owner == replica.Seat
        // It voted for another one, or has heard of one, of whom nothing has come yet.
        || Math.Max(replica.Promised, replica.State.MembersMark.Epoch) > replica.State.Mark.Epoch
        || !around.Roster.IsThere(members.Owner);

    private void Audit(Replica replica, Membership members, Instant now)
    {
        if (replica.AuditAt.IsSet && now >= replica.AuditAt)
        {
            around.Say(
                replica,
                members.Owner,
                MessageKind.Stored,
                replica.State.Mark.Epoch,
                replica.State.Mark.Number
            );
            replica.AuditAt = Instant.Never;
        }

        if (!replica.AuditAt.IsSet)
        {
            replica.AuditAt = now + around.Options.AuditInterval;
        }

        replica.NextAt = replica.AuditAt;
    }

    private void Vote(Replica replica, in MessageHeader message, Instant now)
    {
        var lostAt = replica.OwnerLostAt;
        Follow(replica, message.Epoch, message.From);
        // Whom it voted for has some time; then it asks itself, if the owner is missed still.
        replica.OwnerLostAt = lostAt.IsSet ? lostAt : now;
        replica.AskAt =
            now + (around.Options.AskInterval * 2) + around.PartOf(around.Options.AskInterval);
        replica.NextAt = replica.AskAt;
    }

    private void Answer(Replica replica, in MessageHeader message, bool isProbe, StateMark theirs)
    {
        var state = replica.State;
        var outbox = around.To(message.From.Node);
        outbox.Begin();
        if (isProbe)
        {
            if (state.Members is { } members)
            {
                outbox.Members(members, state.MembersMark);
            }
        }
        else
        {
            StateItems.WriteVote(state, hasParts: !IsWitness && state.Mark > theirs, outbox);
        }

        outbox.End(
            new MessageHeader(
                isProbe ? MessageKind.WouldVote : MessageKind.Vote,
                replica.Key,
                message.From,
                replica.Seat,
                message.Epoch,
                state.Mark.Number
            )
        );
    }

    /// <summary>Tells those who could take over who votes: one that was away during a change would ask in vain the voters
    /// that there were before.</summary>
    private void TellView(Replica replica, Membership members)
    {
        for (var index = 0; index < members.Coming.Count; index++)
        {
            var voter = members.Coming[index];
            if (voter.IsWitness || voter.Id == replica.Seat)
            {
                continue;
            }

            var outbox = around.To(voter.Id.Node);
            outbox.Begin();
            outbox.Members(members, replica.State.MembersMark);
            outbox.End(
                new MessageHeader(
                    MessageKind.View,
                    replica.Key,
                    voter.Id,
                    replica.Seat,
                    replica.Promised,
                    replica.State.Mark.Number
                )
            );
        }
    }

    /// <summary>Whether this node is about to end and another one can go on with a session: it only votes.</summary>
    private bool IsLeftToOthers(Membership members)
    {
        if (around.Role != PeerRole.Leaving)
        {
            return false;
        }

        for (var index = 0; index < members.Coming.Count; index++)
        {
            var voter = members.Coming[index];
            if (!voter.IsWitness && around.Roster.IsStaying(voter.Id))
            {
                return true;
            }
        }

        return false;
    }

    private TimeSpan DelayOf(Replica replica, Membership members)
    {
        var delay = around.Options.SuccessorDelay;
        // Who dropped the session itself lets the others go first.
        var rank = members.Owner == replica.Seat ? 2 : members.RankOf(replica.Seat);
        return rank == 0 ? TimeSpan.Zero : (delay * rank) + around.PartOf(delay / 2);
    }

    private bool WaitForState(Replica replica, Instant now)
    {
        if (!replica.OwnerLostAt.IsSet)
        {
            replica.OwnerLostAt = now;
        }

        replica.NextAt = replica.OwnerLostAt + SeatIdleMax;
        replica.IsForgotten = now >= replica.NextAt;
        return false;
    }
}
