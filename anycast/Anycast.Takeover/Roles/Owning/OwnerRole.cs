using Anycast.Takeover.Indices;
using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>What a node does that owns a session: has others store what it may send, and stops when another owns it.</summary>
internal sealed class OwnerRole
{
    /// <summary>How long it is told again that a session is over. Chosen: what a LAN loses comes through by then; who
    /// missed it takes over a session without a client, which ends by itself.</summary>
    private static readonly TimeSpan EndingMax = TimeSpan.FromSeconds(10);

    /// <summary>How long an owner that may send nothing waits for a majority before it resigns. Chosen: ten times what is
    /// said again and again; it loses nothing by waiting but time.</summary>
    private static readonly TimeSpan ResignAfter = TimeSpan.FromMilliseconds(500);

    private readonly Surroundings _around;
    private readonly OwnerWriter _writer;
    private readonly OwnerChanges _changes;
    private readonly OwnerLeases _leases;
    private readonly OwnerFarewell _farewell;

    /// <summary>Makes one for all sessions of a node.</summary>
    public OwnerRole(Surroundings around)
    {
        _around = around;
        _writer = new OwnerWriter(around);
        _changes = new OwnerChanges(around, _writer);
        _leases = new OwnerLeases(around);
        _farewell = new OwnerFarewell(around);
    }

    /// <summary>Begins a session.</summary>
    public void Create(Replica replica)
    {
        var own = default(VoterSet).With(new Voter(replica.Seat, IsWitness: false));
        replica.Promised = 1;
        replica.State.BeginEpoch(1, number: 0);
        replica.State.Write(new Membership(replica.Seat, own, default));
        replica.Ownership = new Ownership(1, _leases.NewBook(replica));
        replica.Role = Role.Owner;
        replica.NextAt = Instant.Zero;
    }

    /// <summary>Begins to own a session that another node had: this one was elected.</summary>
    public void TakeOver(Replica replica, Instant now)
    {
        var candidacy = replica.Candidacy!;
        var adopted = replica.State.Mark;
        var number = adopted.Number;
        foreach (var mark in candidacy.Votes.Values)
        {
            number = Math.Max(number, mark.Number);
        }

        var ownership = new Ownership(candidacy.Epoch, _leases.NewBook(replica));
        var handedOver = replica.HandedOver;
        replica.State.BeginEpoch(candidacy.Epoch, number);
        replica.State.Write(candidacy.Members with { Owner = replica.Seat });
        replica.Ownership = ownership;
        replica.Role = Role.Owner;
        replica.Candidacy = null;
        replica.HandedOver = null;
        replica.OwnerLostAt = Instant.Never;
        ownership.ChangeNumber = replica.State.Mark.Number;
        _writer.SetVoters(replica, ownership);
        foreach (var progress in ownership.Voters)
        {
            var isSame =
                candidacy.Votes.TryGetValue(progress.Voter.Id, out var mark)
                && _around.Rules.IsSameState(mark, adopted);
            progress.Base = isSame ? adopted : StateMark.None;
        }

        _leases.Begin(replica, ownership, handedOver);
        _around.Stats.TakenOver++;
        _around.Events.Enqueue(
            new TakeoverEvent(replica.Key, ownership.Epoch, TakeoverReason.None)
        );
        HandleTimeout(replica, now);
    }

    /// <summary>The indices of a stream, which is new unless a former owner had it; null when there are too many.</summary>
    public IndexLease? Open(Replica replica, StreamId stream, long first) =>
        _leases.Open(replica, stream, first);

    /// <summary>A node is there that was not: has its voter, and through it this owner, missed another owner?</summary>
    public static void Confirm(Replica replica, ushort node)
    {
        if (replica.Role != Role.Owner)
        {
            return;
        }

        foreach (var progress in replica.Ownership!.Voters)
        {
            if (progress.Voter.Id.Node == node)
            {
                // A write that changes nothing: who has promised a higher epoch refuses it.
                replica.State.Write(replica.State.Members!);
                return;
            }
        }
    }

    /// <summary>A voter has stored writes.</summary>
    public void HandleStored(Replica replica, in MessageHeader message, Instant now)
    {
        if (Mine(replica, message, out var ownership, out var progress))
        {
            OwnerWriter.Stored(ownership, progress, message.Number);
            HandleTimeout(replica, now);
        }
    }

    /// <summary>A voter has something else than was thought.</summary>
    public void HandleMismatch(Replica replica, in MessageHeader message, Instant now)
    {
        if (
            Mine(replica, message, out _, out var progress)
            && progress.Base.Epoch != message.Epoch
            && progress.Base != StateMark.None
        )
        {
            progress.Base = StateMark.None;
            progress.Sent = 0;
            HandleTimeout(replica, now);
        }
    }

    /// <summary>A node gave a seat.</summary>
    public void HandleSeated(Replica replica, in MessageHeader message, Instant now)
    {
        if (replica.Ownership is { } ownership && ownership.Epoch == message.Epoch)
        {
            _changes.HandleSeated(replica, ownership, message);
            HandleTimeout(replica, now);
        }
    }

    /// <summary>A node refused a word.</summary>
    public void HandleRefusal(
        Replica replica,
        in MessageHeader message,
        RefusalReason reason,
        Instant now
    )
    {
        var ownership = replica.Ownership!;
        if (reason == RefusalReason.NoSeat)
        {
            ownership.Released.Remove(message.From);
            if (OwnerWriter.Find(ownership, message.From) is { } progress)
            {
                progress.IsGone = true;
                ownership.PlanAt = default;
            }
        }
        else if (
            reason == RefusalReason.HigherEpoch
            && _around.Rules.IsDeposed(ownership.Epoch, message.Epoch)
        )
        {
            ownership.Released.Remove(message.From);
            Drop(replica, TakeoverReason.Superseded);
        }

        replica.NextAt = now;
    }

    /// <summary>Stops sending, without a word to the client; the node stays a voter.</summary>
    public void Drop(Replica replica, TakeoverReason reason)
    {
        if (replica.Role == Role.Ending)
        {
            replica.IsForgotten = true;
            return;
        }

        OwnerLeases.Close(replica.Ownership!);
        _around.Events.Enqueue(new TakeoverEvent(replica.Key, replica.Ownership!.Epoch, reason));
        Count(reason);
        replica.Ownership = null;
        replica.Role = Role.Follower;
        replica.OwnerLostAt = Instant.Never;
        replica.NextAt = Instant.Zero;
    }

    /// <summary>The session is over: the others may forget it.</summary>
    public void End(Replica replica, Instant now)
    {
        var ownership = replica.Ownership!;
        OwnerLeases.Close(ownership);
        foreach (var progress in ownership.Voters)
        {
            ownership.Released.Add(progress.Voter.Id);
        }

        replica.Role = Role.Ending;
        ownership.ForgetAt = now + EndingMax;
        ownership.ReleaseAgainAt = default;
        HandleTimeout(replica, now);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Replica replica, Instant now)
    {
        var ownership = replica.Ownership!;
        if (replica.Role == Role.Ending)
        {
            replica.NextAt = _farewell.SendReleases(replica, ownership, now);
            replica.IsForgotten = ownership.Released.Count == 0 || now >= ownership.ForgetAt;
            return;
        }

        OwnerLeases.Reserve(replica, ownership);
        var next = _changes.HandleTimeout(replica, ownership, now);
        Settle(replica, ownership, now);
        if (TryHandOver(replica, ownership) || TryResign(replica, ownership, now))
        {
            return;
        }

        next = Instant.Min(next, _writer.Send(replica, ownership, now));
        next = Instant.Min(next, _farewell.SendReleases(replica, ownership, now));
        var resignAt = ownership.UnstoredSince + ResignAfter;
        // Not stalled yet: what is reserved is sent, however long that takes.
        replica.NextAt = Instant.Min(next, resignAt > now ? resignAt : now + ResignAfter);
    }

    /// <summary>An owner that has sent all it may, and hears of no majority, goes: its words may come through, though it
    /// hears none. It asks for votes itself, later than the others.</summary>
    private bool TryResign(Replica replica, Ownership ownership, Instant now)
    {
        if (now < ownership.UnstoredSince + ResignAfter || !OwnerLeases.AnyStalled(ownership))
        {
            return false;
        }

        // Only who has everything can go on where this owner ends.
        _ = _writer.Send(replica, ownership, now);
        foreach (var progress in ownership.Voters)
        {
            if (replica.State.Members!.Coming.HasHolder(progress.Voter.Id))
            {
                _farewell.SayLast(replica, ownership, progress.Voter.Id);
            }
        }

        Drop(replica, TakeoverReason.NoMajority);
        return true;
    }

    private static bool Mine(
        Replica replica,
        in MessageHeader message,
        out Ownership ownership,
        out Progress progress
    )
    {
        ownership = replica.Ownership!;
        progress = null!;
        if (replica.Role != Role.Owner || ownership.Epoch != message.Epoch)
        {
            return false;
        }

        progress = OwnerWriter.Find(ownership, message.From)!;
        return progress is not null && message.Number <= replica.State.Mark.Number;
    }

    private void Count(TakeoverReason reason)
    {
        _around.Stats.Superseded += reason == TakeoverReason.Superseded ? 1 : 0;
        _around.Stats.HandedOver += reason == TakeoverReason.HandedOver ? 1 : 0;
        _around.Stats.Dropped += reason == TakeoverReason.NoMajority ? 1 : 0;
    }

    private void Settle(Replica replica, Ownership ownership, Instant now)
    {
        var before = replica.State.Mark.Number;
        ownership.Stored = _writer.LastStored(replica, ownership, byHolders: false);
        ownership.Held = _writer.LastStored(replica, ownership, byHolders: true);
        _changes.Settle(replica, ownership);
        if (replica.State.Mark.Number != before)
        {
            // Where the owner is alone, what it has just written is stored.
            ownership.Stored = _writer.LastStored(replica, ownership, byHolders: false);
            _changes.Settle(replica, ownership);
        }

        OwnerLeases.Raise(replica, ownership);
        var isStored = ownership.Stored >= replica.State.Mark.Number;
        if (isStored)
        {
            ownership.UnstoredSince = Instant.Never;
            ForgetRemoved(replica, ownership);
        }
        else if (!ownership.UnstoredSince.IsSet)
        {
            ownership.UnstoredSince = now;
        }
    }

    private static void ForgetRemoved(Replica replica, Ownership ownership)
    {
        var number = replica.State.Mark.Number;
        foreach (var progress in ownership.Voters)
        {
            number = Math.Min(number, progress.Stored);
        }

        replica.State.ForgetRemoved(number);
    }

    private bool TryHandOver(Replica replica, Ownership ownership)
    {
        if (
            ownership.HandOverTo is not { } heir
            || replica.State.Members is not { IsJoint: false } members
        )
        {
            return false;
        }

        if (!_around.Roster.Peers.TryGetValue(heir, out var peer) || !peer.IsThere)
        {
            ownership.HandOverTo = null;
            return false;
        }

        foreach (var progress in ownership.Voters)
        {
            var id = progress.Voter.Id;
            if (
                id.Node == heir
                && members.Current.HasHolder(id)
                && progress.Stored == replica.State.Mark.Number
            )
            {
                HandOver(replica, ownership, id);
                return true;
            }
        }

        return false;
    }

    private void HandOver(Replica replica, Ownership ownership, VoterId heir)
    {
        _farewell.SayLast(replica, ownership, heir);
        if (!_around.Rules.MaySendAfterHandOver)
        {
            Drop(replica, TakeoverReason.HandedOver);
        }
    }
}
