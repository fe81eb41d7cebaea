using Edge.Node.HandOver;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.State;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>Sessions that come from another node: as <c>HandOverDesk</c> and <c>SessionTaker</c> do it.</content>
internal sealed partial class ClusterNode
{
    private const int RoomMax = 64;

    private readonly HandOverTickets _tickets;
    private readonly ulong _life;

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

        _world.After(
            _world.DrawTakingTime(),
            () =>
            {
                if (!IsOver)
                {
                    answer(HandOverAnswer.Write(_pop.Keys, front, salt, Take(group)));
                }
            }
        );
    }

    private HandOverRefusal? Take(byte[] group)
    {
        if (IsLeaving || Refuses)
        {
            return HandOverRefusal.NotReady;
        }

        if (GroupLetter.TryRead(group) is not { } parcels)
        {
            return HandOverRefusal.Unreadable;
        }

        var sessions = new List<NodeSession>();
        foreach (var parcel in parcels)
        {
            if (NodeSession.TryRead(parcel.Span, _world, _factory, Now) is not { } session)
            {
                return HandOverRefusal.Unreadable;
            }

            sessions.Add(session);
        }

        if (sessions.Exists(session => _sessions.ContainsKey(session.Fragment)))
        {
            sessions.ForEach(session => session.Peer.Discard());
            return HandOverRefusal.Known;
        }

        foreach (var session in sessions)
        {
            _world.Tally.Taken++;
            _world.Rules.Note($"{this} takes {session.Client}");
            if (_world.Mutation == ClusterMutation.SkipsNumbers)
            {
                session.SkipNumbers();
            }

            Resume(session);
            if (_world.Mutation != ClusterMutation.LosesWhatItTook)
            {
                Adopt(session);
            }
        }

        return null;
    }

    private void Resume(NodeSession session)
    {
        Add(session);
        if (_world.Mutation == ClusterMutation.LosesWhatItTook)
        {
            _sessions.Remove(session.Fragment);
            _sessions.Add($"lost {session.Fragment}", session);
            return;
        }

        var clients = new List<NetworkAddress>();
        for (var index = 0; index < session.Routes.Count; index++)
        {
            var client = session.Routes[index].Remote;
            _flows[client] = session;
            clients.Add(client);
        }

        Tell([.. clients]);
    }
}
