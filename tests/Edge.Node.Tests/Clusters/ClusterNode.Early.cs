using System.Text;
using Anycast.Steering;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Deciding.Early;
using Edge.Node.HandOver.Desk;
using Edge.Node.Shards;

namespace Edge.Node.Tests.Clusters;

/// <content>Sessions that go to where their client's flow comes in: <see cref="EarlyCourse"/>, driven as <c>EarlyMoves</c> does.
/// </content>
internal sealed partial class ClusterNode
{
    private readonly PeerAnswers _answers = new();
    private readonly Dictionary<PeerQuestion, List<Action>> _asked = [];

    private void MoveIfEarly(NodeSession session, ushort via, byte[] datagram)
    {
        if (
            session.IsWritten
            || session.Held is not null
            || !EarlyTrigger.Is(session.Peer, session.StaysHere, via, Number, datagram)
        )
        {
            return;
        }

        session.StaysHere = _world.Mutation != ClusterMutation.MovesAgainAndAgain;
        if (IsLeaving)
        {
            return;
        }

        _world.Rules.Note($"{session.Client} of {this} comes to {via}");
        session.HeldMax = HeldDatagrams.EarlyMax;
        session.Held = [];
        DoNext(new EarlyCourse(), session, via, []);
    }

    private void DoNext(
        EarlyCourse course,
        NodeSession session,
        ushort to,
        List<NodeSession> written
    )
    {
        if (IsOver)
        {
            return;
        }

        switch (course.Step)
        {
            case EarlyStep.Find:
                Find(
                    to,
                    peer =>
                    {
                        course.HandleFound(peer);
                        DoNext(course, session, to, written);
                    }
                );
                break;
            case EarlyStep.Write when session.IsGateTaken:
                course.HandleWritten(isWritten: false);
                DoNext(course, session, to, written);
                break;
            case EarlyStep.Write:
                Write(
                    [session],
                    sessions =>
                    {
                        course.HandleWritten(sessions.Count > 0);
                        DoNext(course, session, to, sessions);
                    }
                );
                break;
            case EarlyStep.Give:
                session.Client.NoteEarlyMove();
                Give(
                    written,
                    new EarlyRule(course.Peer!, new Memory(this), () => HolderOf(session)),
                    fate =>
                    {
                        course.HandleGiven(fate);
                        DoNext(course, session, to, written);
                    }
                );
                break;
            case EarlyStep.Release:
                LetGoOn(session);
                course.HandleReleased();
                DoNext(course, session, to, written);
                break;
            case EarlyStep.Over:
            default:
                _world.Tally.Count(course.Outcome);
                _world.Rules.Note($"{session.Client} of {this}: {course.Outcome}");
                break;
        }
    }

    private void Find(ushort node, Action<HandOverPeer?> then)
    {
        var question = _answers.Find(node, out var isNew, Now);
        if (question.IsAnswered)
        {
            then(question.TakePlace());
            return;
        }

        if (!isNew)
        {
            _asked[question].Add(() => then(question.TakePlace()));
            return;
        }

        _asked[question] = [() => then(question.TakePlace())];
        if (_pop.Nodes.FirstOrDefault(each => each.Number == node) is not { } other)
        {
            Answer(question, answer: null);
            return;
        }

        Ask(other.Name, answer => Answer(question, answer));
    }

    private void Answer(PeerQuestion question, HandOverPeer? answer)
    {
        question.HandleAnswer(answer);
        _asked.Remove(question, out var waiting);
        waiting!.ForEach(next => next());
    }

    /// <summary>Whether a node has said to all that it has a session.</summary>
    private ushort? HolderOf(NodeSession session) =>
        OwnerCode.TryReadFragment(
            Encoding.ASCII.GetBytes(session.Fragment),
            new PopKeyRing(_pop.Key),
            out _,
            out var mark
        ) == OwnerCodeStatus.Ok
        && _adoptionTable.TryFind(mark, out var holder, Now)
            ? holder
            : null;

    private sealed class Memory(ClusterNode node) : IPeerMemory
    {
        public void Exclude(ushort other) => node._answers.Exclude(other, node.Now);

        public void Forget(HandOverPeer peer) => node._answers.Forget(peer);
    }
}
