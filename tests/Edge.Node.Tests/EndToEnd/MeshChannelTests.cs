using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Data channels that a session of one node publishes and sessions of others read.</summary>
public sealed class MeshChannelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ChannelOfAnotherNode_EveryMessageInOrder(bool isOnePop)
    {
        await using var mesh = new MeshHarness(isOnePop);
        var (publisher, written) = await PublishAsync(mesh, "log");
        var (reader, read) = await ReadAsync(mesh.Away, Remote(publisher, "log"));

        SendNumbers(mesh, publisher, written, 0, 2000);
        mesh.Away.RunUntil(() => Count(reader, read) >= 2000, "Messages are missing.", seconds: 60);

        Assert.Equal(Enumerable.Range(0, 2000), Numbers(reader, read));
        Assert.False(reader.Client.Channels!.IsClosed(read));
    }

    /// <summary>What is published right after the answer comes: nobody has to wait for anything else.</summary>
    [Fact]
    public async Task Read_MessageRightAfterTheAnswer_Comes()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "chat");
        var reader = await mesh.Away.JoinAsync();
        for (var round = 0; round < 5; round++)
        {
            var read = await mesh.Away.OpenAsync(reader, Remote(publisher, "chat"));
            mesh.Home.Send(publisher, written, BitConverter.GetBytes(round));
            mesh.Away.RunUntil(() => Count(reader, read) >= 1, "The first message is missing.");
            Assert.Equal([round], Numbers(reader, read));
        }
    }

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData(128 * 1024, true)]
    [InlineData((128 * 1024) + 1, false)]
    [InlineData(0, true)]
    [InlineData(0, false)]
    public async Task Read_LongAndEmptyMessages_ArriveWholeAndOfTheirKind(int length, bool isBinary)
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "file");
        var reader = await mesh.Away.JoinAsync(messageBytesMax: 1024 * 1024);
        var read = await mesh.Away.OpenAsync(reader, Remote(publisher, "file"));
        mesh.Away.RunFor(0.1);
        var message = new byte[length];
        new Random(1).NextBytes(message);
        message.AsSpan().Replace((byte)0, (byte)1);

        for (var round = 0; round < 3; round++)
        {
            mesh.Away.RunUntil(
                () =>
                    publisher.Client.Channels!.Transport.Send(
                        (ushort)written,
                        message,
                        isBinary,
                        mesh.Home.Now
                    ) == DataChannelSendResult.Accepted,
                "The message before is still on its way."
            );
            mesh.Away.RunUntil(
                () => Count(reader, read) == round + 1,
                "The message did not come.",
                seconds: 60
            );
        }

        Assert.All(
            reader.Client.Channels!.MessagesOf(read),
            received => Assert.Equal(message, received)
        );
    }

    /// <summary>However many read at however many nodes, a message crosses the bus once.</summary>
    [Fact]
    public async Task Read_ManyReadersOfTwoNodes_OneCopyOnTheBus()
    {
        await using var mesh = new MeshHarness();
        var third = mesh.JoinThird();
        var (publisher, written) = await PublishAsync(mesh, "log");
        var readers = new List<(SocketClient Client, int Id)>();
        foreach (var at in (NodeHarness[])[mesh.Away, third, mesh.Home])
        {
            var client = await at.JoinAsync();
            third.RunUntil(() => client.Client.Channels!.IsConnected, "Nobody connected.");
            for (var index = 0; index < 8; index++)
            {
                readers.Add((client, await at.OpenAsync(client, Remote(publisher, "log"))));
            }
        }

        third.RunFor(0.2);
        SendNumbers(mesh, publisher, written, 0, 20);
        third.RunUntil(
            () => readers.All(reader => Count(reader.Client, reader.Id) == 20),
            "Not everybody got everything."
        );

        Assert.All(
            readers,
            reader => Assert.Equal(Enumerable.Range(0, 20), Numbers(reader.Client, reader.Id))
        );
        Assert.Equal(20, mesh.HomeSieve.Published("data").Count());
    }

    [Fact]
    public async Task Read_ManyChannels_EachHasItsOwnMessages()
    {
        await using var mesh = new MeshHarness();
        var publisher = await JoinAsync(mesh, mesh.Home);
        var reader = await JoinAsync(mesh, mesh.Away);
        var channels = new List<(int Written, int Read)>();
        for (var index = 0; index < 40; index++)
        {
            var written = await mesh.Home.OpenAsync(publisher, Local($"c{index}"));
            channels.Add(
                (written, await mesh.Away.OpenAsync(reader, Remote(publisher, $"c{index}")))
            );
        }

        mesh.Away.RunFor(0.2);
        for (var index = 0; index < channels.Count; index++)
        {
            mesh.Home.Send(publisher, channels[index].Written, BitConverter.GetBytes(index));
        }

        mesh.Away.RunUntil(
            () => channels.All(channel => Count(reader, channel.Read) == 1),
            "Not every channel has its message."
        );
        Assert.Equal(
            Enumerable.Range(0, 40),
            channels.SelectMany(channel => Numbers(reader, channel.Read))
        );
    }

    /// <summary>The order holds while both sessions move between shards.</summary>
    [Fact]
    public async Task Read_SessionsMoveBetweenShards_NoneIsLostOrOutOfOrder()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "log");
        var (reader, read) = await ReadAsync(mesh.Away, Remote(publisher, "log"));
        for (var round = 0; round < 8; round++)
        {
            SendNumbers(mesh, publisher, written, round * 50, 50);
            mesh.Away.RunFor(0.02);
            (round % 2 == 0 ? publisher : reader).Rebind();
        }

        mesh.Away.RunUntil(() => Count(reader, read) >= 400, "Messages are missing.", seconds: 60);
        Assert.Equal(Enumerable.Range(0, 400), Numbers(reader, read));
    }

    [Fact]
    public async Task WaitForAck_BeforeIt_NothingComes_AfterItWhatCameBefore()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "state");
        var (reader, read) = await ReadAsync(
            mesh.Away,
            Remote(publisher, "state") with
            {
                WaitsForAck = true,
            }
        );
        SendNumbers(mesh, publisher, written, 0, 2);
        mesh.Away.RunFor(0.3);
        Assert.Equal(0, Count(reader, read));

        mesh.Away.Send(reader, read, "ready"u8);
        mesh.Away.RunUntil(() => Count(reader, read) == 2, "What came before was not delivered.");
        SendNumbers(mesh, publisher, written, 2, 1);
        mesh.Away.RunUntil(() => Count(reader, read) == 3, "What came after was not delivered.");

        Assert.Equal([0, 1, 2], Numbers(reader, read));
        Assert.Empty(publisher.Client.Channels!.MessagesOf(written));
    }

    [Fact]
    public async Task CanReply_OneReaderOfAllNodes_IsHandedOver()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "ask");
        var replying = Remote(publisher, "ask") with { CanReply = true };
        var (far, farId) = await ReadAsync(mesh.Away, replying);
        var other = await JoinAsync(mesh, mesh.Away);
        var near = await JoinAsync(mesh, mesh.Home);
        foreach (
            var (at, client) in ((NodeHarness, SocketClient)[])
                [(mesh.Away, other), (mesh.Home, near)]
        )
        {
            var refused = await at.ChannelsAsync(client, replying);
            Assert.Equal(CallsErrorCode.InvalidParams, refused.Channels[0].Error!.Code);
        }

        var nearId = await mesh.Home.OpenAsync(near, Remote(publisher, "ask"));
        SendNumbers(mesh.Away, far, farId, 0, 300);
        SendNumbers(mesh.Home, near, nearId, 1000, 1);
        mesh.Away.RunUntil(() => Count(publisher, written) >= 300, "Replies are missing.");
        RunUntilTaken(mesh, near, nearId);
        Assert.Equal(Enumerable.Range(0, 300), Numbers(publisher, written));
        Assert.Equal(0, Count(near, nearId));

        await UpdateAsync(mesh.Away, far, replying with { CanReply = false });
        await UpdateAsync(mesh.Home, near, replying);
        SendNumbers(mesh.Away, far, farId, 2000, 1);
        SendNumbers(mesh.Home, near, nearId, 3000, 1);
        mesh.Away.RunUntil(() => Count(publisher, written) >= 301, "The nearer reply is missing.");
        RunUntilTaken(mesh, far, farId);
        await UpdateAsync(mesh.Home, near, replying with { CanReply = false });
        await UpdateAsync(mesh.Away, far, replying);
        SendNumbers(mesh.Away, far, farId, 4000, 1);
        mesh.Away.RunUntil(() => Count(publisher, written) >= 302, "The last reply is missing.");
        mesh.Away.RunFor(0.2);

        Assert.Equal([3000, 4000], Numbers(publisher, written).Skip(300));
        Assert.False(far.Client.Channels!.IsClosed(farId));
    }

    [Fact]
    public async Task CanReply_LongReplyWhileThePublisherMoves_ArrivesWhole()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.JoinAsync(messageBytesMax: 1024 * 1024);
        var written = await OpenAsync(mesh, mesh.Home, publisher, Local("ask"));
        var (reader, read) = await ReadAsync(
            mesh.Away,
            Remote(publisher, "ask") with
            {
                CanReply = true,
            }
        );
        var reply = new byte[1024 * 1024];
        new Random(2).NextBytes(reply);
        for (var round = 0; round < 4; round++)
        {
            reply[0] = (byte)round;
            Assert.Equal(DataChannelSendResult.Accepted, mesh.Away.Send(reader, read, reply));
            publisher.Rebind();
            mesh.Away.RunUntil(
                () => Count(publisher, written) > round,
                "The reply did not come.",
                seconds: 60
            );
        }

        Assert.Equal(
            [0, 1, 2, 3],
            publisher.Client.Channels!.MessagesOf(written).Select(message => (int)message[0])
        );
        Assert.Equal(reply, publisher.Client.Channels.MessagesOf(written)[3]);
    }

    /// <summary>A reader that ends gives its right back.</summary>
    [Fact]
    public async Task CanReply_ReplierEnds_AnotherMay()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "ask");
        var replying = Remote(publisher, "ask") with { CanReply = true };
        var (former, _) = await ReadAsync(mesh.Away, replying);
        await DeleteAsync(mesh.Away, former);
        mesh.Away.RunFor(0.3);

        var near = await JoinAsync(mesh, mesh.Home);
        var nearId = await mesh.Home.OpenAsync(near, replying);
        mesh.Home.Send(near, nearId, Hello);
        mesh.Away.RunUntil(() => Count(publisher, written) == 1, "The reply is missing.");
    }

    [Fact]
    public async Task CanReply_ReplyIsLost_EndsTheReader()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, written) = await PublishAsync(mesh, "ask");
        var (reader, read) = await ReadAsync(
            mesh.Away,
            Remote(publisher, "ask") with
            {
                CanReply = true,
            }
        );
        var lost = 0;
        mesh.AwaySieve.Loses = subject =>
            subject.StartsWith("reply.", StringComparison.Ordinal)
            && Interlocked.Increment(ref lost) == 3;
        SendNumbers(mesh.Away, reader, read, 0, 10);

        Assert.Equal("messagesLost", EndOf(mesh.Away, events).Reason);
        Assert.True(Numbers(publisher, written).Order().SequenceEqual(Numbers(publisher, written)));
        Assert.DoesNotContain(2, Numbers(publisher, written));
    }

    [Fact]
    public async Task Publisher_ItsChannelEnds_EndsReadersElsewhereAfterTheLastMessage()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, written) = await PublishAsync(mesh, "chat");
        var (reader, read) = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        SendNumbers(mesh, publisher, written, 0, 10);
        mesh.Away.RunUntil(() => Count(reader, read) == 10, "Messages are missing.");
        publisher.Client.Channels!.Transport.Close((ushort)written);

        Assert.Equal("publisherEnded", EndOf(mesh.Away, events).Reason);
        mesh.Away.RunUntil(
            () => mesh.Away.Node.Engine!.Channels.RemoteCount == 0,
            "The channel is still watched."
        );
        mesh.Away.RunFor(0.2);
        var again = await mesh.Home.OpenAsync(publisher, Local("chat"));
        var readAgain = await mesh.Away.OpenAsync(reader, Remote(publisher, "chat"));
        mesh.Home.Send(publisher, again, Hello);
        mesh.Away.RunUntil(
            () => reader.Client.Channels!.MessagesOf(readAgain).Count > 0,
            "The new channel of the name carries nothing."
        );
    }

    /// <summary>When nobody hears of the end, the owner's answer to the next word of what is wanted tells.</summary>
    [Fact]
    public async Task Publisher_EndsAndThatIsLost_EndsReadersAllTheSame()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, _) = await PublishAsync(mesh, "chat");
        _ = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        mesh.HomeSieve.Loses = subject => subject.StartsWith("data.", StringComparison.Ordinal);
        await DeleteAsync(mesh.Home, publisher);

        Assert.Equal("publisherEnded", EndOf(mesh.Away, events).Reason);
    }

    [Fact]
    public async Task Publisher_ItsNodeStops_EndsReadersElsewhere()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, _) = await PublishAsync(mesh, "chat");
        _ = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        await mesh.StopHomeAsync();

        Assert.Equal("publisherEnded", EndOf(mesh.Away, events).Reason);
    }

    /// <summary>A node that is there again without its sessions says that there is no such channel.</summary>
    [Fact]
    public async Task Publisher_ItsNodeIsStartedAnewWithoutGoodbye_EndsReadersElsewhere()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Away.Node.Calls);
        var (publisher, _) = await PublishAsync(mesh, "chat");
        _ = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        _ = await mesh.RestartHomeAsync();

        Assert.Equal("publisherEnded", EndOf(mesh.Away, events).Reason);
    }

    /// <summary>Nothing is watched that nobody reads.</summary>
    [Fact]
    public async Task Reader_LastOneEnds_WatchIsReleased()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh, "chat");
        var (first, _) = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        var (second, read) = await ReadAsync(mesh.Away, Remote(publisher, "chat"));
        await DeleteAsync(mesh.Away, first);
        SendNumbers(mesh, publisher, written, 0, 1);
        mesh.Away.RunUntil(() => Count(second, read) == 1, "The other reader gets nothing.");
        await DeleteAsync(mesh.Away, second);
        mesh.Away.RunUntil(
            () => mesh.Away.Node.Engine!.Channels.RemoteCount == 0,
            "The channel is still watched."
        );
        mesh.Away.RunFor(0.3);
        SendNumbers(mesh, publisher, written, 1, 5);
        mesh.Away.RunFor(0.3);

        Assert.Single(mesh.HomeSieve.Published("data"));
    }

    [Fact]
    public async Task Read_OfAnotherGroup_IsNotFound()
    {
        await using var mesh = new MeshHarness(adapt: Impatient);
        var publisher = await mesh.Home.JoinAsync(group: "red");
        _ = await OpenAsync(mesh, mesh.Home, publisher, Local("chat"));
        foreach (
            var (group, expected) in ((string?, CallsErrorCode?)[])
                [("blue", CallsErrorCode.TrackNotFound), ("red", null), (null, null)]
        )
        {
            var reader = await mesh.Away.JoinAsync(group: group);
            var outcome = await mesh.Away.ChannelsAsync(reader, Remote(publisher, "chat"));
            Assert.Equal(expected, Assert.Single(outcome.Channels).Error?.Code);
        }
    }

    [Fact]
    public async Task Read_NoSuchChannel_FailsThatItem()
    {
        await using var mesh = new MeshHarness(adapt: Impatient);
        var (publisher, _) = await PublishAsync(mesh, "chat");
        var reader = await JoinAsync(mesh, mesh.Away);
        var outcome = await mesh.Away.ChannelsAsync(
            reader,
            Remote(publisher, "nothing"),
            Remote(publisher, "chat")
        );

        Assert.Equal(
            [CallsErrorCode.TrackNotFound, null],
            outcome.Channels.Select(item => item.Error?.Code)
        );
        mesh.Away.RunUntil(
            () => mesh.Away.Node.Engine!.Channels.RemoteCount == 1,
            "What is not there is watched."
        );
    }

    /// <summary>A channel may be read before it is published: the request waits for its name.</summary>
    [Fact]
    public async Task Read_BeforeItIsPublished_WaitsForTheName()
    {
        await using var mesh = new MeshHarness();
        var publisher = await JoinAsync(mesh, mesh.Home);
        var reader = await JoinAsync(mesh, mesh.Away);
        var asked = mesh
            .Away.Node.Calls.NewDataChannelsAsync(
                new DataChannelsRequest(
                    new SessionKey("app", reader.SessionId),
                    [Remote(publisher, "late")]
                ),
                CancellationToken.None
            )
            .AsTask();
        mesh.Away.RunFor(0.3);
        var written = await mesh.Home.OpenAsync(publisher, Local("late"));
        mesh.Away.RunUntil(() => asked.IsCompleted, "The request did not come back.");
        var read = Assert.Single((await asked).Value!.Channels).Id!.Value;
        reader.Client.Channels!.Open(read);
        mesh.Home.Send(publisher, written, Hello);
        mesh.Away.RunUntil(() => Count(reader, read) == 1, "The message is missing.");
    }

    private static MediaNodeOptions Impatient(MediaNodeOptions options) =>
        options with
        {
            Calls = options.Calls with { MediaWait = TimeSpan.FromMilliseconds(200) },
        };

    private static async Task<SocketClient> JoinAsync(MeshHarness mesh, NodeHarness at)
    {
        var client = await at.JoinAsync();
        mesh.Away.RunUntil(() => client.Client.Channels!.IsConnected, "Nobody connected.");
        return client;
    }

    private static async Task<int> OpenAsync(
        MeshHarness mesh,
        NodeHarness at,
        SocketClient client,
        DataChannelRequest channel
    )
    {
        mesh.Away.RunUntil(() => client.Client.Channels!.IsConnected, "Nobody connected.");
        return await at.OpenAsync(client, channel);
    }

    private static async Task<(SocketClient Client, int Id)> PublishAsync(
        MeshHarness mesh,
        string name
    )
    {
        var client = await JoinAsync(mesh, mesh.Home);
        return (client, await mesh.Home.OpenAsync(client, Local(name)));
    }

    private static async Task DeleteAsync(NodeHarness at, SocketClient client) =>
        Assert.Null(
            await at.Node.Calls.DeleteSessionAsync(
                new SessionKey("app", client.SessionId),
                CancellationToken.None
            )
        );

    /// <summary>Drives both until a node has all that a client sent: what it sent without a right is dropped by then.</summary>
    private static void RunUntilTaken(MeshHarness mesh, SocketClient client, int id) =>
        mesh.Away.RunUntil(
            () => client.Client.Channels!.Transport.BufferedBytes((ushort)id) == 0,
            "What was sent is not taken."
        );

    private static void SendNumbers(
        MeshHarness mesh,
        SocketClient client,
        int id,
        int first,
        int count
    ) => SendNumbers(mesh.Home, client, id, first, count);

    private static void SendNumbers(
        NodeHarness at,
        SocketClient client,
        int id,
        int first,
        int count
    )
    {
        foreach (var number in Enumerable.Range(first, count))
        {
            Assert.Equal(
                DataChannelSendResult.Accepted,
                at.Send(client, id, BitConverter.GetBytes(number))
            );
        }
    }
}
