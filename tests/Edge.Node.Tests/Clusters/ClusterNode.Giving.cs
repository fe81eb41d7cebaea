using System.Runtime.InteropServices;
using Anycast.Steering;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.State;

namespace Edge.Node.Tests.Clusters;

/// <content>Sessions that go to another node: <see cref="WritingCourse{TSession}"/>, <see cref="GivingCourse"/> and
/// <see cref="GroupEnding"/>, driven as <c>SessionGiver</c> and <c>GroupGiver</c> do.</content>
internal sealed partial class ClusterNode
{
    /// <summary>Writes those that can go; the others go on.</summary>
    private void Write(IReadOnlyList<NodeSession> sessions, Action<List<NodeSession>> then)
    {
        foreach (var session in sessions)
        {
            session.BeginWriting();
        }

        DoNext(new WritingCourse<NodeSession>(sessions), then);
    }

    private void DoNext(WritingCourse<NodeSession> course, Action<List<NodeSession>> then)
    {
        if (IsOver)
        {
            return;
        }

        if (course.Step == WritingStep.Over)
        {
            then([.. course.Sessions]);
            return;
        }

        foreach (var session in course.Sessions)
        {
            Do(course.Step, session);
        }

        course.HandleDone();
        _world.After(_world.DrawMoment(), () => DoNext(course, then));
    }

    private void Do(WritingStep step, NodeSession session)
    {
        switch (step)
        {
            case WritingStep.Enter:
                var isHere = _sessions.ContainsValue(session) && !session.IsWritten;
                session.IsEntered = isHere && session.TryTakeGate();
                break;
            case WritingStep.Hold:
                session.Held ??= [];
                break;
            case WritingStep.Settle:
            case WritingStep.SettleAgain:
                session.IsSettled = true;
                break;
            case WritingStep.Capture:
                Capture(session);
                break;
            case WritingStep.GoOn:
                session.LeaveGate();
                LetGoOn(session);
                break;
            case WritingStep.Prepare:
            case WritingStep.Describe:
            case WritingStep.Part:
            case WritingStep.Release:
            case WritingStep.Over:
            default:
                break;
        }
    }

    private void Capture(NodeSession session)
    {
        if (!_sessions.ContainsValue(session))
        {
            return;
        }

        Settle(session);
        if (_sessions.ContainsValue(session) && session.TryWrite(Now))
        {
            _world.Rules.NoteReleased(session.Id, this);
        }
    }

    /// <summary>Gives a group away that is written.</summary>
    private void Give(List<NodeSession> written, IGivingRule rule, Action<GroupFate> then)
    {
        if (_world.Mutation == ClusterMutation.ForgetsIndices)
        {
            SendUnderFormerIndices(written);
        }

        DoNext(new GivingCourse(rule, Number), written, then);
    }

    private void DoNext(GivingCourse course, List<NodeSession> written, Action<GroupFate> then)
    {
        if (IsOver)
        {
            return;
        }

        switch (course.Step)
        {
            case GivingStep.Send:
                Send(
                    written,
                    course.Peer!,
                    result =>
                    {
                        course.HandleResult(Mistake(result));
                        DoNext(course, written, then);
                    }
                );
                break;
            case GivingStep.Return:
                _world.Rules.Note($"{this} takes {NamesOf(written)} back");
                TakeBack(
                    written,
                    isHere =>
                    {
                        course.HandleReturned(isHere);
                        DoNext(course, written, then);
                    }
                );
                break;
            case GivingStep.End:
            default:
                End(course.Ending!, written, then);
                break;
        }
    }

    private HandOverResult Mistake(HandOverResult result) =>
        (_world.Mutation, result) switch
        {
            (ClusterMutation.TakesSilenceForNo, HandOverResult.Unknown) =>
                new HandOverResult.Refused(HandOverRefusal.NotSent),
            (ClusterMutation.TakesSilenceForYes, HandOverResult.Unknown) =>
                new HandOverResult.Taken(),
            (ClusterMutation.LosesWhatIsRefused, HandOverResult.Refused) =>
                new HandOverResult.Unknown(),
            _ => result,
        };

    private void Send(List<NodeSession> written, HandOverPeer peer, Action<HandOverResult> then)
    {
        var group = GroupLetter.Write(written.ConvertAll(each => each.Parcel!))!;
        var front = new HandOverFront(
            peer.KeyId,
            new(_pop.Number, Number, peer.Node),
            peer.Ticket,
            _world.DrawNumber()
        );
        var letter = HandOverLetter.Seal(
            _pop.Keys,
            front.KeyId,
            front.Route,
            front.Ticket,
            front.Id,
            group
        );
        var isSent = _pop.TryGive(
            this,
            peer.Node,
            letter,
            DepartureLimits.GiveWithin,
            reply =>
                Conclude(
                    reply is null
                        ? new HandOverResult.Unknown()
                        : HandOverAnswer.Read(reply, _pop.Keys, front, HandOverLetter.Salt(letter))
                )
        );
        if (!isSent)
        {
            Conclude(new HandOverResult.Refused(HandOverRefusal.NotSent));
        }

        void Conclude(HandOverResult result)
        {
            _world.Rules.Note($"{this} gave {NamesOf(written)}: {result}");
            foreach (var session in written)
            {
                session.IsOfUnknownFate = result is HandOverResult.Unknown;
            }

            then(result);
        }
    }

    private void End(GroupEnding ending, List<NodeSession> written, Action<GroupFate> then)
    {
        if (IsOver)
        {
            return;
        }

        if (ending.Step == EndingStep.Over)
        {
            then(ending.Fate);
            return;
        }

        foreach (var session in written)
        {
            Do(ending, session);
        }

        ending.HandleDone();
        _world.After(_world.DrawMoment(), () => End(ending, written, then));
    }

    private void Do(GroupEnding ending, NodeSession session)
    {
        switch (ending.Step)
        {
            case EndingStep.NoteMoved:
                NoteMoved(session, ending.Holder!.Value);
                break;
            case EndingStep.Forget:
                Forget(session, isHere: ending.Fate == GroupFate.Returned);
                break;
            case EndingStep.Lose:
                Lose(session);
                break;
            case EndingStep.Depart:
                Depart(session, ending.Holder);
                break;
            case EndingStep.Over:
            default:
                break;
        }
    }

    private void NoteMoved(NodeSession session, ushort node)
    {
        var words = new FlowWord[session.Routes.Count];
        for (var index = 0; index < words.Length; index++)
        {
            var client = session.Routes[index].Remote;
            words[index] = _flows.TryFind(client, out _)
                ? _flows.WordOf(client, shard: 0, Now)
                : new FlowWord(client, Shard: 0) { IsRepeated = true };
        }

        _hasGiven = true;
        _ = _steering.TryHear(FlowsOf(node, words), Now);
        _ = _steering.TryHearAdoptions(
            AdoptionsOf(node, [session.Fragment], isRepeated: false),
            Now
        );
    }

    private void Forget(NodeSession session, bool isHere)
    {
        RemoveSession(session);
        if (!isHere)
        {
            _adopted.Remove(session.Fragment);
            if (_world.Mutation == ClusterMutation.KeepsWhatItGave)
            {
                Keep(session);
            }
        }
    }

    private void Lose(NodeSession session)
    {
        if (_world.Mutation == ClusterMutation.KeepsWhatMayBeElsewhere)
        {
            RemoveSession(session);
            Keep(session);
            return;
        }

        if (!session.IsOfUnknownFate)
        {
            throw _world.Rules.Broken(
                ClusterRule.SessionLives,
                $"{this} ends the session of {session.Client}, though it is known that nobody has it."
            );
        }

        RemoveSession(session);
        _adopted.Remove(session.Fragment);
        session.Client.Lose("its letter was not answered");
    }

    /// <summary>What was held goes to who has the session.</summary>
    private void Depart(NodeSession session, ushort? holder)
    {
        var held = session.Held ?? [];
        session.Held = [];
        session.IsClosed = true;
        ForgetFlows(session, isTold: false);
        foreach (var (source, datagram) in held)
        {
            if (holder == Number && TryFindSession(source, datagram, out var again))
            {
                Deliver(again, source, datagram);
            }
            else if (
                holder is { } node
                && node != Number
                && _steering.TryFindHop(node, out var hop)
            )
            {
                SendHop(new FlowOwner(node, Shard: 0), source, datagram, hop);
            }
        }

        session.LeaveGate();
    }

    private void RemoveSession(NodeSession session)
    {
        // Where it came back its place is another's.
        if (_sessions.TryGetValue(session.Fragment, out var known) && known == session)
        {
            _sessions.Remove(session.Fragment);
        }
    }

    private void LetGoOn(NodeSession session)
    {
        var held = session.Held ?? [];
        session.Held = null;
        foreach (var (source, datagram) in CollectionsMarshal.AsSpan(held))
        {
            Deliver(session, source, datagram);
        }
    }

    /// <summary>As no node should: goes on with what another one may have.</summary>
    private void Keep(NodeSession session)
    {
        var zombie = NodeSession.TryRead(session.Parcel, _world, this, Now)!;
        _sessions.Add(zombie.Fragment, zombie);
        Resume(zombie);
    }

    /// <summary>As no node should: goes on with what is written, and sends what is out of date.</summary>
    private void SendUnderFormerIndices(List<NodeSession> written)
    {
        foreach (var session in written)
        {
            var zombie = NodeSession.TryRead(session.Parcel, _world, this, Now)!;
            if (zombie.IsConnected)
            {
                zombie.SendMedia((_, _) => { }, _slot, Now);
            }

            zombie.Peer.Discard();
        }
    }

    private static string NamesOf(List<NodeSession> sessions) =>
        string.Join(", ", sessions.Select(session => session.Client));
}
