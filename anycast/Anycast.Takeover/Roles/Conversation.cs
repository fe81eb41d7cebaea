using Anycast.Takeover.Letters;
using Anycast.Takeover.Roles.Owning;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>Gives each message and each timeout to what the node is to the session, and moves from one to the other.</summary>
internal sealed class Conversation(Surroundings around, OwnerRole owner)
{
    private readonly FollowerRole _follower = new(around);
    private readonly CandidateRole _candidate = new(around);

    /// <summary>Answers a word for a seat that is not there.</summary>
    public void RefuseSeat(in MessageHeader message)
    {
        if (
            message.Kind
            is MessageKind.Append
                or MessageKind.Stored
                or MessageKind.Ask
                or MessageKind.Release
                or MessageKind.HandOver
        )
        {
            around.Refuse(message, RefusalReason.NoSeat, promised: 0);
        }
    }

    /// <summary>Whether an owner may seat this node anew: not by a word of an epoch that is over, nor by one that was
    /// repeated.</summary>
    public bool TryLeave(Replica replica, in MessageHeader message)
    {
        if (
            around.Rules.IsRefused(replica.Promised, message.Epoch)
            || new StateMark(message.Epoch, message.Number) < replica.AskedAt
        )
        {
            return false;
        }

        if (replica.Role is Role.Owner or Role.Ending)
        {
            if (message.Epoch <= replica.Ownership!.Epoch)
            {
                return false;
            }

            owner.Drop(replica, TakeoverReason.Superseded);
        }

        return true;
    }

    /// <summary>Takes a message for a seat that is there.</summary>
    public void Handle(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        switch (message.Kind)
        {
            case MessageKind.Append:
                HandleAppend(replica, message, body, now);
                break;
            case MessageKind.Ask:
                _follower.HandleAsk(replica, message, body, now);
                break;
            case MessageKind.HandOver when _follower.TryHandOver(replica, message, body, now):
                TakeOverIf(_candidate.Start(replica, now), replica, now);
                break;
            case MessageKind.Release:
                DropIfDeposed(replica, message);
                _follower.HandleRelease(replica, message);
                break;
            case MessageKind.View when replica.Ownership is null:
                _follower.HandleView(replica, body, now);
                break;
            case MessageKind.WouldVote:
                TakeOverIf(_candidate.HandleWouldVote(replica, message, body), replica, now);
                break;
            case MessageKind.Vote:
                TakeOverIf(_candidate.HandleVote(replica, message, body), replica, now);
                break;
            case MessageKind.Refusal:
                HandleRefusal(replica, message, body, now);
                break;
            case MessageKind.Stored:
                owner.HandleStored(replica, message, now);
                break;
            case MessageKind.Mismatch:
                owner.HandleMismatch(replica, message, now);
                break;
            case MessageKind.Seated:
                // An owner without a seat of its own to name asks and is answered by its seat.
                owner.HandleSeated(replica, message, now);
                break;
            case MessageKind.None:
            case MessageKind.Enrol:
            case MessageKind.HandOver:
            case MessageKind.View:
            default:
                break;
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Replica replica, Instant now)
    {
        switch (replica.Role)
        {
            case Role.Owner:
            case Role.Ending:
                owner.HandleTimeout(replica, now);
                break;
            case Role.Candidate:
                TakeOverIf(_candidate.HandleTimeout(replica, now), replica, now);
                break;
            case Role.Follower:
            default:
                if (_follower.HandleTimeout(replica, now))
                {
                    TakeOverIf(_candidate.Start(replica, now), replica, now);
                }

                break;
        }
    }

    private void HandleAppend(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        DropIfDeposed(replica, message);
        if (replica.Ownership is null)
        {
            _follower.HandleAppend(replica, message, body, now);
        }
        else
        {
            around.Refuse(message, RefusalReason.HigherEpoch, replica.Promised);
        }
    }

    private void DropIfDeposed(Replica replica, in MessageHeader message)
    {
        if (
            replica.Ownership is { } ownership
            && around.Rules.IsDeposed(ownership.Epoch, message.Epoch)
        )
        {
            owner.Drop(replica, TakeoverReason.Superseded);
        }
    }

    private void HandleRefusal(
        Replica replica,
        in MessageHeader message,
        ReadOnlySpan<byte> body,
        Instant now
    )
    {
        var reason = body.IsEmpty ? RefusalReason.None : (RefusalReason)body[0];
        if (reason == RefusalReason.HigherEpoch)
        {
            replica.EpochHeard = Math.Max(replica.EpochHeard, message.Epoch);
        }

        if (replica.Ownership is not null)
        {
            owner.HandleRefusal(replica, message, reason, now);
            return;
        }

        FollowerRole.HandleRefusal(replica, message, reason, now);
    }

    private void TakeOverIf(bool isElected, Replica replica, Instant now)
    {
        if (isElected)
        {
            owner.TakeOver(replica, now);
        }
    }
}
