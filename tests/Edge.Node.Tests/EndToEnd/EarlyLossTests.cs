using Control.Contract;
using Edge.Node.HandOver.Early;
using Edge.Node.Sessions;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions that go where their flow comes in, while letters or answers are lost: what nobody is known to have is
/// dropped, what another node is known to have is there, and what it refuses stays.</summary>
/// <remarks>That a node which was started anew has it nowhere, so that it stays, is in <see cref="EarlyMoveTests"/>.</remarks>
public sealed class EarlyLossTests
{
    private const int Video = 1;

    /// <summary>Chosen: the kernel gives all of so many flows to one of two nodes once in 10^16 runs.</summary>
    private const int ClientsMax = 56;

    private LetterBus? _bus;

    /// <summary>Nothing says that the other node has it: the giver drops it and says nothing, for the letter may be taken late. The
    /// node is left alone for a while: the next sessions stay and connect.</summary>
    [Fact]
    public async Task Publish_LetterIsLost_SessionIsDroppedAndTheNextStay()
    {
        await using var pop = Start();
        _bus!.Loses = LetterBus.Loss.Letter;
        var publishers = new List<SocketClient>();
        while (pop.First.Moves(EarlyMoveOutcome.Lost) == 0)
        {
            publishers.Add(await PublishAsync(pop, publishers.Count));
            var last = publishers[^1];
            pop.RunUntil(
                () => last.Client.ConnectedAt.IsSet || pop.First.Moves(EarlyMoveOutcome.Lost) > 0,
                "It neither connects nor is lost."
            );
        }

        var lost = publishers[^1];
        pop.RunUntil(() => !HasSession(pop.First, lost), "It is not dropped.");
        Assert.Equal(1, _bus.Lost);
        Assert.False(HasSession(pop.Nodes[1], lost));
        Assert.False(lost.Client.ConnectedAt.IsSet);
        Assert.Equal(publishers.Count - 1, pop.First.Node.SessionCount);

        while (pop.First.Moves(EarlyMoveOutcome.NoPlace) == 0)
        {
            publishers.Add(await PublishAsync(pop, publishers.Count));
            RunUntilConnected(pop, publishers[^1]);
            Assert.True(HasSession(pop.First, publishers[^1]));
        }

        Assert.Equal(1, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Moved));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The other node has said to all that it has it: there it is, and its client connects there.</summary>
    [Fact]
    public async Task Publish_AnswerIsLost_SessionIsThere()
    {
        await using var pop = Start();
        _bus!.Loses = LetterBus.Loss.Answer;
        var publishers = new List<SocketClient>();
        do
        {
            publishers.Add(await PublishAsync(pop, publishers.Count));
            // There at once: only its former node does not know yet.
            RunUntilConnected(pop, publishers[^1]);
        } while (!HasSession(pop.Nodes[1], publishers[^1]));

        var moved = publishers[^1];
        pop.RunUntil(
            () => pop.First.Moves(EarlyMoveOutcome.Moved) > 0,
            "It is not known to be there."
        );
        Assert.Equal(1, _bus.Lost);
        Assert.False(HasSession(pop.First, moved));
        Assert.True(HasSession(pop.Nodes[1], moved));
        var viewer = await pop.Nodes[1].PlayAsync(stream: Stream(publishers.Count - 1));
        pop.RunUntilAllGoOn([viewer], Video, frames: 10);
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(1, pop.Nodes[1].Node.State.Sessions.All.Count(IsPublisher));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The other node refuses a session with data channels, as one of the version before does that knows none before DTLS:
    /// it goes on where it was, its channels too.</summary>
    [Fact]
    public async Task Join_NodeOfTheFlowRefuses_ChannelsGoOnHere()
    {
        await using var pop = Start();
        while (pop.First.Moves(EarlyMoveOutcome.Moved) == 0)
        {
            RunUntilConnected(pop, await pop.First.JoinAsync());
        }

        pop.Nodes[1].Node.State.IsDeparting = true;
        SocketClient client;
        do
        {
            Assert.True(pop.First.Node.SessionCount < ClientsMax, "All flows came to one node.");
            client = await pop.First.JoinAsync();
            RunUntilConnected(pop, client);
        } while (pop.First.Moves(EarlyMoveOutcome.Returned) == 0);

        Assert.True(HasSession(pop.First, client));
        var written = await pop.First.OpenAsync(client, ChannelCalls.Local("log"));
        var reader = await pop.First.JoinAsync();
        var read = await pop.First.OpenAsync(reader, ChannelCalls.Remote(client, "log"));
        pop.First.Send(client, written, ChannelCalls.Hello);
        pop.RunUntil(() => ChannelCalls.Count(reader, read) > 0, "The message does not come.");
        Assert.Equal([ChannelCalls.Hello], reader.Client.Channels!.MessagesOf(read));
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    private PopHarness Start([System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var pop = new PopHarness(2, hasMesh: true, change: LoseLetters, test: test);
        pop.RunUntilNodesMeet();
        return pop;
    }

    private MediaNodeOptions LoseLetters(MediaNodeOptions options)
    {
        if (!string.Equals(options.Node, "n0", StringComparison.Ordinal))
        {
            return options;
        }

        _bus = new LetterBus(options.Steering!.Bus);
        return options with { Steering = options.Steering with { Bus = _bus } };
    }

    private static Task<SocketClient> PublishAsync(PopHarness pop, int number)
    {
        Assert.True(number < ClientsMax, "All flows came to one node.");
        return pop.First.PublishAsync(stream: Stream(number));
    }

    private static StreamKey Stream(int number) => new("app", $"stream {number}");

    private static void RunUntilConnected(PopHarness pop, SocketClient client) =>
        pop.RunUntil(() => client.Client.ConnectedAt.IsSet, "Somebody did not connect.");

    private static bool HasSession(NodeHarness node, SocketClient client) =>
        node.Node.State.HasSession(client.SessionId);

    private static bool IsPublisher(Session session) => session.Role == SessionRole.Publisher;
}
