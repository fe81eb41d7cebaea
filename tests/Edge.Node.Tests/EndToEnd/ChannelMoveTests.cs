using Control.Contract.Calls;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Readers that let go of a channel and find it again, and channels that are released and gone on with, as when
/// sessions move between nodes. Nothing is lost unnoticed, nothing comes twice.</summary>
public sealed class ChannelMoveTests
{
    [Fact]
    public async Task FindAgain_NothingWasSaidMeanwhile_GoesOnWithTheNextMessage()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "log");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "log"));
        await SayAsync(harness, publisher, written, 0);
        harness.RunUntil(() => Count(reader, read) == 1, "The first message is missing.");

        var (calls, session) = await LetGoAsync(harness, reader);
        calls.FindChannelsAgain(session);
        harness.RunUntil(() => !Waits(session), "It was not found again.");
        harness.RunFor(0.1);
        await SayAsync(harness, publisher, written, 1);
        harness.RunUntil(() => Count(reader, read) == 2, "The next message is missing.");

        Assert.Equal([0, 1], Numbers(reader, read));
        Assert.False(reader.Client.Channels!.IsClosed(read));
    }

    /// <summary>A gap would not be noticed, an end is.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FindAgain_SomethingWasSaidMeanwhile_EndsUnlessItMayLose(bool mayLose)
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var (publisher, written) = await PublishAsync(harness, "log");
        var request = Remote(publisher, "log") with { RetransmitsMax = mayLose ? 0 : null };
        var (reader, read) = await ReadAsync(harness, request);

        var (calls, session) = await LetGoAsync(harness, reader);
        await SayAsync(harness, publisher, written, 0);
        harness.RunFor(0.2);
        calls.FindChannelsAgain(session);
        if (!mayLose)
        {
            Assert.Equal("messagesLost", EndOf(harness, events).Reason);
            Assert.Equal(0, Count(reader, read));
            return;
        }

        harness.RunUntil(() => !Waits(session), "It was not found again.");
        harness.RunFor(0.1);
        await SayAsync(harness, publisher, written, 1);
        harness.RunUntil(() => Count(reader, read) == 1, "The next message is missing.");
        Assert.Equal([1], Numbers(reader, read));
    }

    [Fact]
    public async Task FindAgain_MayReply_RepliesGoOn()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "ask");
        var (reader, read) = await ReadAsync(
            harness,
            Remote(publisher, "ask") with
            {
                CanReply = true,
            }
        );

        var (calls, session) = await LetGoAsync(harness, reader);
        calls.FindChannelsAgain(session);
        harness.RunUntil(() => !Waits(session), "It was not found again.");
        harness.RunFor(0.2);
        harness.Send(reader, read, Hello);
        harness.RunUntil(() => Count(publisher, written) == 1, "The reply did not come.");
    }

    /// <summary>What is read has ended meanwhile.</summary>
    [Fact]
    public async Task FindAgain_PublisherIsGone_Ends()
    {
        var options = NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { MediaWait = TimeSpan.FromMilliseconds(50) },
        };
        await using var harness = new NodeHarness(options);
        await using var events = new EventLog(harness.Node.Calls);
        var (publisher, _) = await PublishAsync(harness, "log");
        var (reader, _) = await ReadAsync(harness, Remote(publisher, "log"));
        var (calls, session) = await LetGoAsync(harness, reader);
        Assert.Null(
            await calls.DeleteSessionAsync(
                new Control.Contract.SessionKey("app", publisher.SessionId),
                default
            )
        );

        calls.FindChannelsAgain(session);
        harness.RunUntil(
            () => events.Of(CallsEventKind.DataChannelEnded, reader.SessionId).Any(),
            "Nobody was told of the channel's end.",
            seconds: 20
        );
        Assert.Equal(
            "publisherEnded",
            events.Of(CallsEventKind.DataChannelEnded, reader.SessionId).Single().Reason
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FindAgain_OfAnotherNode_GoesOnOrEnds(bool isSomethingSaid)
    {
        await using var mesh = new MeshHarness(isOnePop: true);
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, written) = await PublishAsync(mesh, "log");
        var (reader, read) = await ReadAsync(mesh.Away, Remote(publisher, "log"));
        await SayAsync(mesh.Home, publisher, written, 0);
        mesh.Away.RunUntil(() => Count(reader, read) == 1, "The first message is missing.");

        var (calls, session) = await LetGoAsync(mesh.Away, reader);
        if (isSomethingSaid)
        {
            await SayAsync(mesh.Home, publisher, written, 1);
            mesh.Away.RunFor(0.2);
        }

        calls.FindChannelsAgain(session);
        if (isSomethingSaid)
        {
            Assert.Equal("messagesLost", EndOf(mesh.Away, events).Reason);
            Assert.Equal([0], Numbers(reader, read));
            return;
        }

        mesh.Away.RunUntil(() => !Waits(session), "It was not found again.");
        mesh.Away.RunFor(0.2);
        await SayAsync(mesh.Home, publisher, written, 1);
        mesh.Away.RunUntil(() => Count(reader, read) == 2, "The next message is missing.");
        Assert.Equal([0, 1], Numbers(reader, read));
    }

    /// <summary>Another node that reads, and replies, does not notice that the channel was released and gone on with
    /// as it was.</summary>
    [Fact]
    public async Task Resume_AfterRelease_OtherNodesNoticeNothing()
    {
        await using var mesh = new MeshHarness(isOnePop: true);
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, written) = await PublishAsync(mesh, "log");
        var (reader, read) = await ReadAsync(
            mesh.Away,
            Remote(publisher, "log") with
            {
                CanReply = true,
            }
        );
        await SayAsync(mesh.Home, publisher, written, 0);
        mesh.Away.RunUntil(() => Count(reader, read) == 1, "The first message is missing.");
        mesh.Away.Send(reader, read, Hello);
        mesh.Away.RunUntil(() => Count(publisher, written) == 1, "The first reply is missing.");
        var (calls, session) = Find(mesh.Home, publisher);
        var channel = (PublishedChannel)session.DataChannels.All.Single().End;
        mesh.Away.RunUntil(() => channel.Channels.InFlight.IsEmpty, "It is not acknowledged.");

        await calls.ReleaseChannelsAsync(session);
        Assert.Null(channel.Exported);
        Assert.Equal(1UL, channel.Memory!.Last);
        var late = await mesh.Away.JoinAsync();
        mesh.Away.RunUntil(() => late.Client.Channels!.IsConnected, "Nobody connected.");
        var refused = await mesh.Away.ChannelsAsync(late, Remote(publisher, "log"));
        Assert.Equal(CallsErrorCode.TrackNotFound, refused.Channels[0].Error!.Code);
        // What the other process does: the right is the channel's, which is another object there.
        ForgetReplier(channel);
        await calls.ResumeChannelsAsync(session);

        Assert.Null(channel.Memory);
        for (var number = 1; number < 4; number++)
        {
            await SayAsync(mesh.Home, publisher, written, number);
        }

        mesh.Away.RunUntil(() => Count(reader, read) == 4, "The next messages are missing.");
        mesh.Away.Send(reader, read, Hello);
        mesh.Away.RunUntil(() => Count(publisher, written) == 2, "The next reply is missing.");
        _ = await mesh.Away.OpenAsync(late, Remote(publisher, "log"));
        mesh.Away.RunFor(8);
        await SayAsync(mesh.Home, publisher, written, 4);
        mesh.Away.RunUntil(() => Count(reader, read) == 5, "It is watched no more.");
        Assert.Equal([0, 1, 2, 3, 4], Numbers(reader, read));
        Assert.Empty(events.Of(CallsEventKind.DataChannelEnded));
    }

    /// <summary>What is on its way to other shards and nodes has arrived before the channels are settled.</summary>
    [Fact]
    public async Task TrySettle_MessagesOnTheirWay_AreTakenFirst()
    {
        await using var mesh = new MeshHarness(isOnePop: true);
        var (publisher, written) = await PublishAsync(mesh, "log");
        var (near, nearId) = await ReadAsync(mesh.Home, Remote(publisher, "log"));
        var (away, awayId) = await ReadAsync(mesh.Away, Remote(publisher, "log"));
        mesh.Away.RunFor(0.2);
        for (var number = 0; number < 100; number++)
        {
            mesh.Home.Send(publisher, written, BitConverter.GetBytes(number));
        }

        mesh.Home.RunFor(0.05);
        var (calls, session) = Find(mesh.Home, publisher);
        await session.Gate.WaitAsync();
        Assert.True(await calls.TrySettleChannelsAsync(session, TimeSpan.FromSeconds(5)));
        Assert.True(session.Channels!.IsSettled);
        session.Gate.Release();
        var count = ((PublishedChannel)session.DataChannels.All.Single().End).Count;
        Assert.InRange(count, 1UL, 100UL);

        mesh.Away.RunUntil(
            () => Count(near, nearId) == 100 && Count(away, awayId) == 100,
            "Messages are missing."
        );
    }

    /// <summary>Acknowledgements of another node do not come.</summary>
    [Fact]
    public async Task TrySettle_SomethingStaysOnItsWay_IsGivenUp()
    {
        await using var mesh = new MeshHarness(isOnePop: true);
        var (publisher, written) = await PublishAsync(mesh, "log");
        _ = await ReadAsync(mesh.Away, Remote(publisher, "log"));
        mesh.Away.RunFor(0.2);
        mesh.AwaySieve.Loses = subject => subject.StartsWith("ack.", StringComparison.Ordinal);
        await SayAsync(mesh.Home, publisher, written, 0);
        mesh.Away.RunFor(0.2);
        var (calls, session) = Find(mesh.Home, publisher);

        Assert.False(await calls.TrySettleChannelsAsync(session, TimeSpan.FromMilliseconds(100)));
        mesh.AwaySieve.Loses = _ => false;
        Assert.True(await calls.TrySettleChannelsAsync(session, TimeSpan.FromSeconds(10)));
    }

    private static void ForgetReplier(PublishedChannel channel)
    {
        var field = typeof(PublishedChannel).GetField(
            "_replier",
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic
        )!;
        Assert.NotNull(field.GetValue(channel));
        field.SetValue(channel, null);
    }

    private static async Task<(CallsNode Calls, CallsSession Session)> LetGoAsync(
        NodeHarness harness,
        SocketClient reader
    )
    {
        var (calls, session) = Find(harness, reader);
        await session.Gate.WaitAsync();
        await calls.LetReadersGoAsync(session, moves: _ => false);
        session.Gate.Release();
        Assert.True(Waits(session));
        return (calls, session);
    }

    private static bool Waits(CallsSession session) =>
        session.DataChannels.All.Any(channel =>
            channel.End is ReadChannel { Source: AwaitedChannel }
        );

    private static async Task SayAsync(
        NodeHarness harness,
        SocketClient publisher,
        int id,
        int number
    )
    {
        Assert.Equal(
            DataChannelSendResult.Accepted,
            harness.Send(publisher, id, BitConverter.GetBytes(number))
        );
        await Task.Yield();
        harness.RunFor(0.02);
    }

    private static async Task<(SocketClient Client, int Id)> PublishAsync(
        MeshHarness mesh,
        string name
    )
    {
        var client = await mesh.Home.JoinAsync();
        mesh.Away.RunUntil(() => client.Client.Channels!.IsConnected, "Nobody connected.");
        return (client, await mesh.Home.OpenAsync(client, Local(name)));
    }

    private static Task<(SocketClient Client, int Id)> PublishAsync(
        NodeHarness harness,
        string name
    ) => ChannelCalls.PublishAsync(harness, name);

    private static (CallsNode Calls, CallsSession Session) Find(
        NodeHarness harness,
        SocketClient client
    )
    {
        var calls = (CallsNode)harness.Node.Calls;
        Assert.True(calls.Directory.TryFind("app", client.SessionId, out var session));
        return (calls, session);
    }
}
