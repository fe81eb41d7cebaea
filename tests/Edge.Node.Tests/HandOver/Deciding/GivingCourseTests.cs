using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Xunit;

namespace Edge.Node.Tests.HandOver.Deciding;

/// <summary>What follows from each answer to a letter of a node that departs.</summary>
public sealed class GivingCourseTests
{
    private const ushort Self = 1;

    [Fact]
    public void Result_Taken_IsNotedBeforeAnythingIsForgotten()
    {
        var course = Of(Peer(2), Peer(3));
        var peer = course.Peer!.Node;
        course.HandleResult(new HandOverResult.Taken());

        Assert.Equal(GroupFate.Moved, course.Ending!.Fate);
        Assert.Equal(peer, course.Ending.Holder);
        Assert.Equal([EndingStep.NoteMoved, EndingStep.Forget, EndingStep.Depart], StepsOf(course));
    }

    /// <summary>Only a process of the machine was given their TCP connections with the letter: where another node has the sessions,
    /// or may have them, no process goes on with these, whichever was given them before.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Result_TakenOrUnknown_EndsConnectionsUnlessItIsHere(bool isHere, bool isTaken)
    {
        var course = Of(Peer(2) with { IsHere = isHere });
        course.HandleResult(isTaken ? new HandOverResult.Taken() : new HandOverResult.Unknown());

        Assert.Equal(!isHere, course.Ending!.EndsConnections);
    }

    [Fact]
    public void Result_RefusedByAll_EachIsAskedOnceThenItReturns()
    {
        var course = Of(Peer(2), Peer(3));
        var first = course.Peer!.Node;
        course.HandleResult(new HandOverResult.Refused(HandOverRefusal.Busy));
        Assert.NotEqual(first, course.Peer!.Node);
        course.HandleResult(new HandOverResult.Refused(HandOverRefusal.Full));
        Assert.Equal(GivingStep.Return, course.Step);
        course.HandleReturned(isHere: true);

        Assert.Equal(GroupFate.Returned, course.Ending!.Fate);
        Assert.Equal(Self, course.Ending.Holder);
        Assert.Equal([EndingStep.Forget, EndingStep.Depart], StepsOf(course));
    }

    /// <summary>Keys are in use: also where nothing lives there now, a former run may have sent under them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Result_Unknown_IsLostAndNobodyElseIsAsked(bool isNowhere)
    {
        var course = Of(Peer(2), Peer(3));
        course.HandleResult(new HandOverResult.Unknown(isNowhere));

        Assert.Equal(GroupFate.Lost, course.Ending!.Fate);
        Assert.Null(course.Ending.Holder);
        Assert.Equal([EndingStep.Lose, EndingStep.Depart], StepsOf(course));
    }

    [Fact]
    public void Returned_CannotBeMadeHere_IsLost()
    {
        var course = Of();
        course.HandleReturned(isHere: false);

        Assert.Equal(GroupFate.Lost, course.Ending!.Fate);
    }

    /// <summary>What is written is held: whatever fails, it is ended, for nobody else looks after it any more.</summary>
    [Fact]
    public void Failed_WhileItIsGiven_IsLost()
    {
        var course = Of(Peer(2));
        course.HandleFailed();

        Assert.Equal(GroupFate.Lost, course.Ending!.Fate);
    }

    private static GivingCourse Of(params HandOverPeer[] peers) =>
        new(new DrainRule(new HandOverChoice([.. peers]), "a session", sessions: 1), Self);

    private static HandOverPeer Peer(ushort node) =>
        new(node, Room: 5, Life: 1, Ticket: node, KeyId: 0);

    private static List<EndingStep> StepsOf(GivingCourse course)
    {
        var steps = new List<EndingStep>();
        for (; course.Ending!.Step != EndingStep.Over; course.Ending.HandleDone())
        {
            steps.Add(course.Ending.Step);
        }

        return steps;
    }
}
