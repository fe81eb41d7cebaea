using Edge.Node.HandOver.Letters;
using Edge.Node.Tests.HandOver.Desk;
using Xunit;

namespace Edge.Node.Tests.HandOver.Letters;

/// <summary>Tickets are of one node, for a time, for each group once, and never too many.</summary>
public sealed class HandOverTicketsTests
{
    private const ulong Life = 7;

    private readonly LetterLab.ShiftedTime _time = new();

    [Fact]
    public void Use_EachGroupOnce()
    {
        var tickets = new HandOverTickets(_time, Life);
        var ticket = tickets.Issue(node: 1);
        Assert.Equal(TicketUse.Good, tickets.Use(1, ticket, group: 1));
        Assert.Equal(TicketUse.Repeated, tickets.Use(1, ticket, group: 1));
        Assert.Equal(TicketUse.Good, tickets.Use(1, ticket, group: 2));
        Assert.Equal(TicketUse.Forgotten, tickets.Use(2, ticket, group: 3));
        _time.Advance(HandOverTickets.ValidFor);
        Assert.Equal(TicketUse.Over, tickets.Use(1, ticket, group: 4));
        // What came before its time was over is known as long as the ticket is.
        Assert.Equal(TicketUse.Repeated, tickets.Use(1, ticket, group: 1));
    }

    [Fact]
    public void Use_TooManyGroups_NoMore()
    {
        var tickets = new HandOverTickets(_time, Life);
        var ticket = tickets.Issue(node: 1);
        for (var group = 0; group < HandOverTickets.GroupsMax; group++)
        {
            Assert.Equal(TicketUse.Good, tickets.Use(1, ticket, (UInt128)group));
        }

        Assert.Equal(TicketUse.Over, tickets.Use(1, ticket, HandOverTickets.GroupsMax));
    }

    [Fact]
    public void Issue_ManyNodes_TheOldestIsForgotten()
    {
        var tickets = new HandOverTickets(_time, Life);
        var first = tickets.Issue(node: 0);
        for (var node = 1; node <= HandOverTickets.TicketsMax; node++)
        {
            tickets.Issue((ushort)node);
        }

        Assert.Equal(HandOverTickets.TicketsMax, tickets.Count);
        // A letter by it may have been taken: that is not what is said of one to a former run.
        Assert.Equal(TicketUse.Forgotten, tickets.Use(0, first, group: 1));
        Assert.Equal(
            TicketUse.Unknown,
            new HandOverTickets(_time, Life + 1).Use(0, first, group: 1)
        );
        _time.Advance(2 * HandOverTickets.ValidFor);
        tickets.Issue(node: 1);
        Assert.Equal(1, tickets.Count);
    }
}
