using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.State;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>Sessions that come from another node: letters as <c>HandOverDesk</c> takes them, and <see cref="TakingCourse"/>, driven as
/// <c>SessionTaker</c> does.</content>
internal sealed partial class ClusterNode
{
    private const int RoomMax = 64;

    private readonly HandOverTickets _tickets;
    private readonly ulong _life;
    private readonly HashSet<NodeSession> _arriving = [];

    /// <summary>Whether it takes no letters, whatever it said before.</summary>
    public bool Refuses { get; set; }

    /// <summary>Answers the question whether it would take sessions.</summary>
    public byte[]? HearAsk(byte[] message)
    {
        if (
            !HandOverAsk.TryRead(message, _pop.Keys, out var route, out var nonce, out var keyId)
            || route.To != Number
        )
        {
            return null;
        }

        var room = IsLeaving ? 0 : RoomMax - _sessions.Count;
        var ticket = room > 0 ? _tickets.Issue(route.From) : UInt128.Zero;
        return HandOverBid.Write(
            _pop.Keys,
            route.Back,
            nonce,
            new HandOverPeer(Number, room, _life, ticket, keyId)
        );
    }

    /// <summary>Takes a letter.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="answer">Takes the answer, once there is one.</param>
    public void HearLetter(byte[] letter, Action<byte[]> answer)
    {
        if (
            !HandOverLetter.TryReadFront(letter, out var front)
            || front.Route.To != Number
            || !_pop.Keys.Has(front.KeyId)
        )
        {
            return;
        }

        var group = new byte[HandOverLetter.GroupBytes(letter)];
        if (!HandOverLetter.TryOpen(_pop.Keys, letter, group))
        {
            return;
        }

        var salt = HandOverLetter.Salt(letter).ToArray();
        var use = _tickets.Use(front.Route.From, front.Ticket, front.Id);
        if (use != TicketUse.Good)
        {
            _world.Tally.Repeated += use == TicketUse.Repeated ? 1 : 0;
            answer(HandOverAnswer.WriteUnread(_pop.Keys, front, salt, use));
            return;
        }

        DoNext(
            TakingCourse.OfLetter(),
            new Arrival { Letter = group },
            refusal => answer(HandOverAnswer.Write(_pop.Keys, front, salt, refusal))
        );
    }

    /// <summary>Takes back what nobody else took.</summary>
    private void TakeBack(List<NodeSession> written, Action<bool> then) =>
        DoNext(
            TakingCourse.OfReturn(),
            new Arrival
            {
                Parcels = written.ConvertAll(each => new ReadOnlyMemory<byte>(each.Parcel)),
                IsReturn = true,
            },
            refusal => then(refusal is null)
        );

    private void DoNext(TakingCourse course, Arrival arrival, Action<HandOverRefusal?> then)
    {
        if (IsOver)
        {
            return;
        }

        if (course.Step == TakingStep.Over)
        {
            if (!course.IsTaken)
            {
                arrival.Sessions.ForEach(session => session.Peer.Discard());
            }

            then(course.Refusal);
            return;
        }

        var pause =
            course.Step == TakingStep.Find && !arrival.IsReturn
                ? _world.DrawTakingTime()
                : _world.DrawMoment();
        if (course.Step == TakingStep.GoOn && arrival.Sessions.Exists(_arriving.Contains))
        {
            // Shards have not got them yet.
            _world.After(pause, () => DoNext(course, arrival, then));
            return;
        }

        course.HandleDone(TryDo(course.Step, arrival));
        _world.After(pause, () => DoNext(course, arrival, then));
    }

    private bool TryDo(TakingStep step, Arrival arrival)
    {
        switch (step)
        {
            case TakingStep.Consider:
                return !IsLeaving && !Refuses;
            case TakingStep.Open:
                arrival.Parcels = GroupLetter.TryRead(arrival.Letter) ?? [];
                return arrival.Parcels.Count > 0;
            case TakingStep.Reserve:
                return arrival.Parcels.Count <= RoomMax - _sessions.Count;
            case TakingStep.Read:
                return TryRead(arrival);
            case TakingStep.Compare:
                return !arrival.Sessions.Exists(session => _sessions.ContainsKey(session.Fragment));
            case TakingStep.Resume:
                arrival.Sessions.ForEach(ResumeSoon);
                return true;
            case TakingStep.Know:
                foreach (var session in arrival.Sessions)
                {
                    Know(session, arrival.IsReturn);
                }

                return true;
            case TakingStep.Find:
            case TakingStep.Enter:
            case TakingStep.GoOn:
            case TakingStep.Over:
            default:
                return true;
        }
    }

    private bool TryRead(Arrival arrival)
    {
        foreach (var parcel in arrival.Parcels)
        {
            if (NodeSession.TryRead(parcel.Span, _world, this, Now) is not { } session)
            {
                return false;
            }

            arrival.Sessions.Add(session);
        }

        return true;
    }

    /// <summary>A shard is told, and does it a moment later.</summary>
    private void ResumeSoon(NodeSession session)
    {
        _arriving.Add(session);
        _world.After(
            _world.DrawMoment(),
            () =>
            {
                if (!IsOver)
                {
                    _arriving.Remove(session);
                    Resume(session);
                }
            }
        );
    }

    private void Resume(NodeSession session)
    {
        _world.Rules.NoteHolder(session.Id, this);
        if (_world.Mutation == ClusterMutation.SkipsNumbers)
        {
            session.SkipNumbers();
        }

        if (_world.Mutation != ClusterMutation.LosesWhatItTook)
        {
            session.ProvedAt = Now;
            var clients = new List<NetworkAddress>();
            for (var index = 0; index < session.Routes.Count; index++)
            {
                clients.Add(session.Routes[index].Remote);
            }

            foreach (var client in clients)
            {
                var isProved = session.Peer.Transport.Selected == client;
                SetFlow(session, client, isProved ? Now : Instant.Never);
            }
        }

        LetGoOn(session);
    }

    private void Know(NodeSession session, bool isReturn)
    {
        if (_world.Mutation == ClusterMutation.LosesWhatItTook)
        {
            _sessions.Add($"lost {session.Fragment}", session);
            return;
        }

        _sessions[session.Fragment] = session;
        if (!isReturn)
        {
            _world.Tally.Taken++;
            _world.Rules.Note($"{this} takes {session.Client}");
            Adopt(session);
        }
    }

    /// <summary>A group while it is taken.</summary>
    private sealed class Arrival
    {
        public ReadOnlyMemory<byte> Letter { get; init; }

        public bool IsReturn { get; init; }

        public List<ReadOnlyMemory<byte>> Parcels { get; set; } = [];

        public List<NodeSession> Sessions { get; } = [];
    }
}
