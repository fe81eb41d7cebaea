using System.Collections.Immutable;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Letters;

namespace Edge.Node.Tests.Clusters;

/// <content>The node departs: <see cref="DepartureCourse{TSession}"/>, driven as <c>Departure</c> does.</content>
internal sealed partial class ClusterNode
{
    private const int GroupSessionsMax = 3;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Whether it gives its sessions away, and ends.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Gives its sessions to the others of the PoP and ends.</summary>
    /// <param name="within">How long it may take.</param>
    /// <param name="then">What comes after its end.</param>
    public void Leave(TimeSpan within, Action then)
    {
        IsLeaving = true;
        Depart(new DepartureCourse<NodeSession>(within, Now), then);
    }

    /// <summary>Does what is to be done, as far as nothing has to be waited for.</summary>
    private void Depart(DepartureCourse<NodeSession> course, Action then)
    {
        while (!IsOver)
        {
            switch (course.Poll(_sessions.Count, Now))
            {
                case DepartureStep.Ask:
                    AskAll(peers =>
                    {
                        course.HandleAsked(peers);
                        Depart(course, then);
                    });
                    return;
                case DepartureStep.Find:
                    course.HandleFound(FindGroups());
                    break;
                case DepartureStep.Give:
                    Give(course, course.Given!, then);
                    break;
                case DepartureStep.Await:
                    return;
                case DepartureStep.Pause:
                    _world.After(course.ResumeAt - Now, () => Depart(course, then));
                    return;
                case DepartureStep.Over:
                default:
                    LeaveRest();
                    _world.After(Linger, () => EndInOrder(then));
                    return;
            }
        }
    }

    private void Give(
        DepartureCourse<NodeSession> course,
        GivenGroup<NodeSession> given,
        Action then
    ) =>
        Write(
            given.Sessions,
            written =>
            {
                if (written.Count == 0)
                {
                    course.HandleGiven(given, moved: 0, lost: 0);
                    Depart(course, then);
                    return;
                }

                var rule = new DrainRule(given.Choice, given.Tied.First.Id, written.Count);
                Give(
                    written,
                    rule,
                    fate =>
                    {
                        Count(fate, written.Count);
                        course.HandleGiven(
                            given,
                            fate == GroupFate.Moved ? written.Count : 0,
                            fate == GroupFate.Lost ? written.Count : 0
                        );
                        Depart(course, then);
                    }
                );
            }
        );

    private void Count(GroupFate fate, int sessions)
    {
        _world.Tally.Returned += fate == GroupFate.Returned ? sessions : 0;
        _world.Tally.Lost += fate == GroupFate.Lost ? sessions : 0;
    }

    private void AskAll(Action<ImmutableArray<HandOverPeer>> then)
    {
        var peers = new List<HandOverPeer>();
        var others = _pop.Nodes.Where(node => node != this).Select(node => node.Name).ToArray();
        var left = others.Length;
        if (left == 0)
        {
            then([]);
            return;
        }

        foreach (var other in others)
        {
            Ask(
                other,
                answer =>
                {
                    if (answer is { Room: > 0 } peer)
                    {
                        peers.Add(peer);
                    }

                    if (--left == 0)
                    {
                        then([.. peers]);
                    }
                }
            );
        }
    }

    /// <summary>Asks a node what it would take.</summary>
    private void Ask(string name, Action<HandOverPeer?> then)
    {
        var other = Anycast.Steering.OwnerCode.NumberOf(name);
        var route = new HandOverRoute(_pop.Number, Number, other);
        var nonce = new byte[HandOverAsk.NonceBytes];
        _world.Random.Fill(nonce);
        var ask = HandOverAsk.Write(_pop.Keys, route, nonce);
        _pop.Request(
            this,
            name,
            (asked, answer) =>
            {
                if (asked.HearAsk(ask) is { } bid)
                {
                    answer(bid);
                }
            },
            DepartureLimits.AskWithin,
            reply =>
                then(reply is null ? null : HandOverBid.Read(reply, _pop.Keys, route.Back, nonce))
        );
    }

    /// <summary>Sessions that are connected, in groups that are drawn, of which some go one after the other.</summary>
    private List<List<List<NodeSession>>> FindGroups()
    {
        var lists = new List<List<List<NodeSession>>>();
        var sessions = _sessions.Values.Where(session =>
            session is { IsConnected: true, IsWritten: false }
        );
        foreach (var group in sessions.Chunk(1 + _world.Random.NextInt32(GroupSessionsMax)))
        {
            if (lists.Count > 0 && _world.Random.NextInt32(2) == 0)
            {
                lists[^1].Add([.. group]);
            }
            else
            {
                lists.Add([
                    [.. group],
                ]);
            }
        }

        return lists;
    }

    /// <summary>Tells those that stayed to go.</summary>
    private void LeaveRest()
    {
        foreach (var session in _sessions.Values.Where(session => !session.IsWritten).ToArray())
        {
            session.Client.Lose($"{this} is over");
            session.Peer.Close(Now);
            Settle(session);
        }
    }

    private void EndInOrder(Action then)
    {
        if (!IsOver)
        {
            _pop.Remove(this, "ended");
            then();
        }
    }
}
