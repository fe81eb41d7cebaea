using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Node.HandOver.Early;
using Edge.Node.Tests.EndToEnd;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>Requests that wait for a session to connect, while it goes to the node where its client's flow comes in.</summary>
public sealed class EarlyRequestTests
{
    /// <summary>Chosen: the kernel gives all of so many flows to one of two nodes once in 10^4 runs.</summary>
    private const int Clients = 14;

    /// <summary>Apps ask for data channels as soon as they have a session: they are answered once, by whoever has it then, and
    /// not told to ask again.</summary>
    [Fact]
    public async Task NewDataChannels_SessionGoesToItsFlow_IsAnsweredThere()
    {
        await using var world = new NameWorld(2, static options => options);
        var pop = world.Pop;
        pop.First.RunFor(seconds: 1.5);
        for (var count = 0; count < Clients; count++)
        {
            var client = await pop.First.JoinAsync();
            var asked = Ask(world, client, ChannelCalls.Local("log"));
            pop.RunUntil(() => asked.IsCompleted, "Nobody answers.");

            Assert.True(IdOf(await asked) >= 0);
        }

        AssertMoved(pop);
    }

    /// <summary>A reader waits for a channel of a session that has not connected yet: it reads what is published there.</summary>
    [Fact]
    public async Task ReadDataChannel_PublisherGoesToItsFlow_IsFoundThere()
    {
        await using var world = new NameWorld(2, static options => options);
        var pop = world.Pop;
        pop.First.RunFor(seconds: 1.5);
        var reader = await pop.First.JoinAsync();
        pop.RunUntil(() => reader.Client.Channels!.IsConnected, "Nobody connected.");
        for (var count = 0; count < Clients; count++)
        {
            var publisher = await pop.First.JoinAsync();
            var read = Ask(world, reader, ChannelCalls.Remote(publisher, "log"));
            var written = Ask(world, publisher, ChannelCalls.Local("log"));
            pop.RunUntil(() => read.IsCompleted && written.IsCompleted, "Nobody answers.");

            var (from, to) = (IdOf(await written), IdOf(await read));
            publisher.Client.Channels!.Open(from);
            reader.Client.Channels!.Open(to);
            pop.RunUntil(
                () =>
                    pop.First.Send(publisher, from, ChannelCalls.Hello)
                    == DataChannelSendResult.Accepted,
                "It cannot be sent."
            );
            pop.RunUntil(() => ChannelCalls.Count(reader, to) > 0, "The message does not come.");
            Assert.Equal([ChannelCalls.Hello], reader.Client.Channels.MessagesOf(to));
        }

        AssertMoved(pop);
    }

    private static Task<Asker.Answer[]> Ask(
        NameWorld world,
        SocketClient client,
        DataChannelRequest channel
    ) =>
        world.AskAsync(
            NameWorld.Requests(0),
            NodeOperations.NewDataChannels,
            new DataChannelsRequest(new SessionKey("app", client.SessionId), [channel])
        );

    private static int IdOf(Asker.Answer[] answers)
    {
        var opened = Assert.Single(answers).Done(NodeOperations.NewDataChannels.AnswerType);
        var channel = Assert.Single(opened.Channels);
        Assert.True(channel.Error is null, channel.Error?.Description);
        return channel.Id!.Value;
    }

    private static void AssertMoved(PopHarness pop)
    {
        var moves = pop.First.Node.State.EarlyMoves!;
        Assert.True(moves.Count(EarlyMoveOutcome.Moved) > 0, "None went to the other node.");
        Assert.Equal(0, moves.Count(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }
}
