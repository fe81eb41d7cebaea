using System.Text;
using Control.Contract;
using Edge.Node.HandOver.Early;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;
using static Edge.Node.Tests.EndToEnd.EarlyPop;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions with data channels that were agreed on before they connect go where their client's flow comes in, as all
/// others do.</summary>
public sealed class EarlyChannelTests
{
    private const int Messages = 20;

    /// <summary>The first move of a process takes half a second, for its code is compiled on the way.</summary>
    private static readonly Lazy<Task> CodeIsCompiled = new(JoinOnceAsync);

    /// <summary>They are there, their transport begins there, and nothing of them is passed on any more.</summary>
    [Fact]
    public async Task Join_FlowComesToAnotherNode_SessionGoesThere()
    {
        await using var pop = await StartAsync();
        var clients = await JoinAllAsync(pop);

        AssertFollowed(pop);
        AssertNothingIsPassedOn(pop);
        Assert.All(clients, client => Assert.True(client.Client.Channels!.IsConnected));
    }

    /// <summary>Of each pair one publishes and one reads, wherever either is: both directions carry every message once and in order,
    /// in channels with the ids, labels and terms that were asked for.</summary>
    [Fact]
    public async Task Open_AfterTheMove_MessagesGoBothWays()
    {
        await using var pop = await StartAsync();
        var clients = await JoinAllAsync(pop);
        AssertFollowed(pop);
        // So that there are pairs at one node and at two.
        clients.Sort((one, other) => IndexOf(pop, one).CompareTo(IndexOf(pop, other)));
        var pairs = new List<Pair>();
        for (var index = 0; index < clients.Count; index++)
        {
            pairs.Add(await OpenAsync(pop, clients[index], clients[(index + 1) % Clients]));
        }

        Assert.Contains(pairs, pair => IndexOf(pop, pair.Writer) != IndexOf(pop, pair.Reader));
        Assert.Contains(pairs, pair => IndexOf(pop, pair.Writer) == IndexOf(pop, pair.Reader));
        for (var number = 0; number < Messages; number++)
        {
            foreach (var pair in pairs)
            {
                Send(pop, pair.Writer, pair.Written, number);
                Send(pop, pair.Reader, pair.Read, Messages + number);
            }
        }

        pop.RunUntil(() => pairs.TrueForAll(HasAll), "Messages are missing.");
        foreach (var pair in pairs)
        {
            Assert.Equal(Enumerable.Range(0, Messages), Numbers(pair.Reader, pair.Read));
            Assert.Equal(Enumerable.Range(Messages, Messages), Numbers(pair.Writer, pair.Written));
            Assert.Equal(
                new DataChannelOptions { NegotiatedId = (ushort)pair.Read, IsOrdered = false },
                SessionOf(pop, pair.Reader).Channels!.Transport.OptionsOf((ushort)pair.Read)
            );
        }

        AssertNothingIsPassedOn(pop);
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The channel in which a client takes events was agreed on before anything began: it is the same there, and what was
    /// told in it before is told once.</summary>
    [Fact]
    public async Task Establish_BeforeTheClientIsHeard_EventsAreToldWhereItGoes()
    {
        await using var pop = await StartAsync(options =>
            options with
            {
                EventWriter = happened =>
                    Encoding.UTF8.GetBytes($"{happened.Sequence} {happened.Kind}"),
            }
        );
        var clients = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            var client = await pop.First.JoinAsync();
            clients.Add(client);
            await EstablishAsync(pop.First, client);
            RunUntilConnected(pop, clients);
        }

        AssertFollowed(pop);
        foreach (var client in clients)
        {
            var channels = SessionOf(pop, client).Channels!;
            Assert.Equal(CallsChannels.EventsId, channels.EventsId);
            Assert.Equal(
                new DataChannelOptions
                {
                    Label = "server-events",
                    NegotiatedId = CallsChannels.EventsId,
                },
                channels.Transport.OptionsOf(CallsChannels.EventsId)
            );
            _ = await NodeOf(pop, client).OpenAsync(client, Local("log"));
        }

        pop.RunUntil(
            () => clients.TrueForAll(client => Count(client, CallsChannels.EventsId) >= 2),
            "Somebody was not told."
        );
        Assert.All(
            clients,
            client =>
                Assert.Equal(
                    ["1 SessionConnected", "2 DataChannelPublished"],
                    client
                        .Client.Channels!.MessagesOf(CallsChannels.EventsId)
                        .Select(Encoding.UTF8.GetString),
                    StringComparer.Ordinal
                )
        );
        AssertNothingIsPassedOn(pop);
    }

    private static async Task EstablishAsync(NodeHarness node, SocketClient client)
    {
        var established = await node.Node.Calls.EstablishDataChannelsAsync(
            new SessionKey("app", client.SessionId),
            null,
            CancellationToken.None
        );
        Assert.Equal(CallsChannels.EventsId, established.Value!.EventsId);
        client.Client.Channels!.Open(CallsChannels.EventsId);
    }

    private static async Task<Pair> OpenAsync(
        PopHarness pop,
        SocketClient writer,
        SocketClient reader
    )
    {
        var written = await NodeOf(pop, writer).OpenAsync(writer, Local($"log {reader.SessionId}"));
        var read = await NodeOf(pop, reader)
            .OpenAsync(
                reader,
                Remote(writer, $"log {reader.SessionId}") with
                {
                    CanReply = true,
                    IsOrdered = false,
                }
            );
        return new Pair(writer, written, reader, read);
    }

    private static bool HasAll(Pair pair) =>
        Count(pair.Reader, pair.Read) >= Messages && Count(pair.Writer, pair.Written) >= Messages;

    private static void Send(PopHarness pop, SocketClient client, int id, int number) =>
        Assert.Equal(
            DataChannelSendResult.Accepted,
            NodeOf(pop, client).Send(client, id, BitConverter.GetBytes(number))
        );

    private static async Task<List<SocketClient>> JoinAllAsync(PopHarness pop)
    {
        var clients = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            clients.Add(await pop.First.JoinAsync());
            RunUntilConnected(pop, clients);
        }

        return clients;
    }

    private static async Task JoinOnceAsync()
    {
        await using var pop = new PopHarness(2, hasMesh: true);
        pop.RunUntilNodesMeet();
        _ = await JoinAllAsync(pop);
    }

    private static async Task<PopHarness> StartAsync(
        Func<MediaNodeOptions, MediaNodeOptions>? change = null,
        [System.Runtime.CompilerServices.CallerMemberName] string test = ""
    )
    {
        await CodeIsCompiled.Value;
        var pop = new PopHarness(2, hasMesh: true, change: change, test: test);
        pop.RunUntilNodesMeet();
        return pop;
    }

    private static void RunUntilConnected(PopHarness pop, List<SocketClient> clients) =>
        pop.RunUntil(
            () => clients.TrueForAll(client => client.Client.Channels!.IsConnected),
            "Somebody did not connect."
        );

    private static int IndexOf(PopHarness pop, SocketClient client)
    {
        for (var index = 0; index < pop.Nodes.Count; index++)
        {
            if (pop.Nodes[index].Node.State.HasSession(client.SessionId))
            {
                return index;
            }
        }

        return -1;
    }

    private static NodeHarness NodeOf(PopHarness pop, SocketClient client) =>
        pop.Nodes[IndexOf(pop, client)];

    private static Session SessionOf(PopHarness pop, SocketClient client) =>
        NodeOf(pop, client)
            .Node.State.Sessions.All.Single(session =>
                string.Equals(session.Id, client.SessionId, StringComparison.Ordinal)
            );

    private static void AssertFollowed(PopHarness pop)
    {
        EarlyPop.AssertFollowed(pop);
        Assert.Equal(pop.First.Moves(EarlyMoveOutcome.Moved), pop.Nodes[1].Node.SessionCount);
    }

    private sealed record Pair(SocketClient Writer, int Written, SocketClient Reader, int Read);
}
