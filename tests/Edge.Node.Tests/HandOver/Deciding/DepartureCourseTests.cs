using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.HandOver.Deciding;

/// <summary>Rounds of a node that departs.</summary>
public sealed class DepartureCourseTests
{
    private static readonly HandOverPeer Peer = new(2, Room: 100, Life: 1, Ticket: 2, KeyId: 0);

    private readonly DepartureCourse<string> _course = new(TimeSpan.FromSeconds(20), Instant.Zero);
    private Instant _now = Instant.Zero;

    [Fact]
    public void Groups_OfOneList_GoOneAfterTheOther_AndTwoAtATime()
    {
        Find(
            [
                ["a1"],
                ["a2"],
            ],
            [
                ["b1"],
                ["b2"],
            ],
            [
                ["c1"],
            ]
        );
        var first = Give();
        var second = Give();

        Assert.Equal(["a1"], first.Sessions);
        Assert.Equal(["b1"], second.Sessions);
        Assert.Equal(DepartureStep.Await, Poll());
        _course.HandleGiven(first, moved: 1, lost: 0);
        Assert.Equal(["c1"], Give().Sessions);
        _course.HandleGiven(second, moved: 1, lost: 0);
        var next = Give();
        Assert.Equal(["a2"], next.Sessions);
        Assert.Equal("a1", next.Tied.First);
        Assert.Equal(2, _course.Moved);
    }

    [Fact]
    public void Round_NothingGoes_EndsWithPatience_AndOneThatGoesRenewsIt()
    {
        for (var rounds = 0; Poll() == DepartureStep.Ask; rounds++)
        {
            Find([
                ["a"],
            ]);
            _course.HandleGiven(Give(), moved: rounds == 10 ? 1 : 0, lost: 0);
            if (Poll() == DepartureStep.Pause)
            {
                _now = _course.ResumeAt;
            }
        }

        // Ten rounds of 200 ms, and then three seconds.
        Assert.Equal(DepartureStep.Over, Poll());
        Assert.Equal(Instant.Zero + TimeSpan.FromSeconds(5), _now);
    }

    [Fact]
    public void Group_CouldBeOnItsWayAtTheDeadline_DoesNotLeave()
    {
        Find([
            ["a"],
        ]);
        _now += TimeSpan.FromSeconds(17.1);

        Assert.Equal(DepartureStep.Over, Poll());
    }

    /// <summary>TCP connections go before the letter, which takes its time after that: with too little left it goes alone.</summary>
    [Theory]
    [InlineData(13.9, true)]
    [InlineData(14.1, false)]
    public void Group_ItsConnectionsCouldTakeUntilTheDeadline_GoesWithoutThem(double at, bool gives)
    {
        _ = Poll();
        _course.HandleAsked([Peer with { IsHere = true }, Peer with { Node = 3 }]);
        _course.HandleFound([
            [
                ["a"],
            ],
        ]);
        _now += TimeSpan.FromSeconds(at);

        Assert.Equal(DepartureStep.Give, Poll());
        Assert.Equal(gives, _course.Given!.GivesConnections);
    }

    [Fact]
    public void Stopped_GroupsAreOnTheirWay_AreAwaitedAndNoOtherLeaves()
    {
        Find([
            ["a"],
            ["b"],
        ]);
        var given = Give();
        _course.Stop();
        Assert.Equal(DepartureStep.Await, Poll());
        _course.HandleGiven(given, moved: 1, lost: 0);

        Assert.Equal(DepartureStep.Over, Poll());
    }

    [Fact]
    public void Group_NobodyHasRoomForIt_TheNextOfItsListGoes()
    {
        _ = Poll();
        _course.HandleAsked([Peer with { Room = 1 }]);
        _course.HandleFound([
            [
                ["a", "b"],
                ["c"],
            ],
        ]);

        Assert.Equal(["c"], Give().Sessions);
    }

    private void Find(params List<List<string>>[] groups)
    {
        Assert.Equal(DepartureStep.Ask, Poll());
        _course.HandleAsked([Peer]);
        Assert.Equal(DepartureStep.Find, Poll());
        _course.HandleFound([.. groups]);
    }

    private GivenGroup<string> Give()
    {
        Assert.Equal(DepartureStep.Give, Poll());
        return _course.Given!;
    }

    private DepartureStep Poll() => _course.Poll(sessionsLeft: 9, _now);
}
