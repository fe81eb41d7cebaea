using System.Text;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Data channels of a whole node: one publishes, others read.</summary>
public sealed class DataChannelTests
{
    [Fact]
    public async Task Published_Message_ReachesEveryReaderOnEveryShard()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.JoinAsync();
        var written = await harness.OpenAsync(publisher, Local("chat"));
        var readers = new List<(SocketClient Client, int Id)>();
        for (var index = 0; index < 6; index++)
        {
            var reader = await harness.JoinAsync();
            readers.Add((reader, await harness.OpenAsync(reader, Remote(publisher, "chat"))));
        }

        harness.RunFor(0.2);
        harness.Send(publisher, written, Hello);
        harness.RunUntil(
            () => readers.All(reader => Count(reader.Client, reader.Id) == 1),
            "Not everybody got the message."
        );

        Assert.All(
            readers,
            reader => Assert.Equal(Hello, reader.Client.Client.Channels!.MessagesOf(reader.Id)[0])
        );
        Assert.All(readers, reader => Assert.Equal(1, reader.Id % 2));
        Assert.Empty(publisher.Client.Channels!.MessagesOf(written));
    }

    /// <summary>The order holds while sessions move between shards.</summary>
    [Fact]
    public async Task Messages_ReaderChangesItsAddress_NoneIsLostOrOutOfOrder()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "log");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "log"));
        var sent = 0;
        for (var round = 0; round < 8; round++)
        {
            for (var index = 0; index < 50; index++)
            {
                var message = BitConverter.GetBytes(sent++);
                Assert.Equal(
                    DataChannelSendResult.Accepted,
                    harness.Send(publisher, written, message)
                );
            }

            harness.RunFor(0.02);
            (round % 2 == 0 ? reader : publisher).Rebind();
        }

        harness.RunUntil(() => Count(reader, read) >= sent, "Messages are missing.", seconds: 60);
        Assert.Equal(
            Enumerable.Range(0, sent),
            reader
                .Client.Channels!.MessagesOf(read)
                .Select(message => BitConverter.ToInt32(message))
        );
    }

    [Fact]
    public async Task LongMessage_OneMebibyte_ArrivesWhole()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "file");
        var reader = await harness.JoinAsync(messageBytesMax: 1024 * 1024);
        var read = await harness.OpenAsync(reader, Remote(publisher, "file"));
        harness.RunFor(0.2);
        var message = new byte[1024 * 1024];
        new Random(1).NextBytes(message);
        Assert.Equal(DataChannelSendResult.Accepted, harness.Send(publisher, written, message));
        harness.RunUntil(() => Count(reader, read) == 1, "The long message did not come.");

        Assert.Equal(message, reader.Client.Channels!.MessagesOf(read)[0]);
    }

    [Fact]
    public async Task WaitForAck_BeforeIt_NothingComes_AfterItWhatCameBefore()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "state");
        var (reader, read) = await ReadAsync(
            harness,
            Remote(publisher, "state") with
            {
                WaitsForAck = true,
            }
        );
        harness.Send(publisher, written, [1]);
        harness.Send(publisher, written, [2]);
        harness.RunFor(0.3);
        Assert.Equal(0, Count(reader, read));

        harness.Send(reader, read, "ready"u8);
        harness.RunUntil(() => Count(reader, read) == 2, "What came before was not delivered.");
        harness.Send(publisher, written, [3]);
        harness.RunUntil(() => Count(reader, read) == 3, "What came after was not delivered.");

        Assert.Equal(
            [1, 2, 3],
            reader.Client.Channels!.MessagesOf(read).Select(message => (int)message[0])
        );
        Assert.Empty(publisher.Client.Channels!.MessagesOf(written));
    }

    [Fact]
    public async Task CanReply_OneReaderAtATime_ReachesThePublisherOnly()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "ask");
        var (first, firstId) = await ReadAsync(
            harness,
            Remote(publisher, "ask") with
            {
                CanReply = true,
            }
        );
        var second = await harness.JoinAsync();
        var refused = await harness.ChannelsAsync(
            second,
            Remote(publisher, "ask") with
            {
                CanReply = true,
            }
        );
        Assert.Equal(CallsErrorCode.InvalidParams, refused.Channels[0].Error!.Code);
        var secondId = await harness.OpenAsync(second, Remote(publisher, "ask"));

        harness.Send(first, firstId, [1]);
        harness.Send(second, secondId, [2]);
        harness.RunUntil(() => Count(publisher, written) == 1, "The reply did not come.");
        harness.RunFor(0.2);
        Assert.Equal([1], Assert.Single(publisher.Client.Channels!.MessagesOf(written)));
        Assert.Equal(0, Count(second, secondId));

        await UpdateAsync(harness, first, Remote(publisher, "ask") with { CanReply = false });
        await UpdateAsync(harness, second, Remote(publisher, "ask") with { CanReply = true });
        harness.Send(first, firstId, [3]);
        harness.Send(second, secondId, [4]);
        harness.RunUntil(() => Count(publisher, written) == 2, "The second reply did not come.");
        harness.RunFor(0.2);
        Assert.Equal([4], publisher.Client.Channels!.MessagesOf(written)[^1]);
    }

    [Fact]
    public async Task Close_ByTheApi_EndsReadersAndFreesNameAndId()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "chat");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "chat"));
        var closed = await harness.Node.Calls.CloseDataChannelsAsync(
            new CloseDataChannelsRequest(new SessionKey("app", publisher.SessionId), [written, 9]),
            CancellationToken.None
        );
        Assert.Equal(
            [null, CallsErrorCode.CloseTrack],
            closed.Value!.Channels.Select(item => item.Error?.Code)
        );
        harness.RunUntil(
            () =>
                reader.Client.Channels!.IsClosed(read)
                && publisher.Client.Channels!.IsClosed(written),
            "The channels did not end."
        );
        harness.RunFor(0.2);

        Assert.Equal(written, await harness.OpenAsync(publisher, Local("chat")));
        Assert.Equal(read, await harness.OpenAsync(reader, Remote(publisher, "chat")));
        harness.Send(publisher, written, Hello);
        harness.RunUntil(() => Count(reader, read) == 1, "The new channel carries nothing.");
    }

    [Fact]
    public async Task Close_ByThePublishersClient_EndsReaders()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "chat");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "chat"));
        publisher.Client.Channels!.Transport.Close((ushort)written);
        harness.RunUntil(
            () => reader.Client.Channels!.IsClosed(read),
            "The reader's channel did not end."
        );

        Assert.Empty((await harness.StateAsync(publisher)).DataChannels);
    }

    [Fact]
    public async Task Publisher_Deleted_EndsReaders()
    {
        await using var harness = new NodeHarness();
        var (publisher, _) = await PublishAsync(harness, "chat");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "chat"));
        await harness.Node.Calls.DeleteSessionAsync(
            new SessionKey("app", publisher.SessionId),
            CancellationToken.None
        );
        harness.RunUntil(
            () => reader.Client.Channels!.IsClosed(read),
            "The reader's channel did not end."
        );
    }

    [Fact]
    public async Task New_WrongOnes_FailItemByItem()
    {
        var impatient = NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { MediaWait = TimeSpan.FromMilliseconds(100) },
        };
        await using var harness = new NodeHarness(impatient);
        var (publisher, _) = await PublishAsync(harness, "chat");
        var outcome = await harness.ChannelsAsync(
            publisher,
            Local("chat"),
            Local(""),
            Remote(publisher, "nothing"),
            Remote(publisher, "chat") with
            {
                SessionId = "nowhere",
            },
            Local("more")
        );

        Assert.Equal(
            [
                CallsErrorCode.TrackRepeated,
                CallsErrorCode.InvalidParams,
                CallsErrorCode.TrackNotFound,
                CallsErrorCode.TrackNotFound,
                null,
            ],
            outcome.Channels.Select(item => item.Error?.Code)
        );
    }

    [Fact]
    public async Task New_WithoutTransport_IsRefusedWithTheWayOut()
    {
        await using var harness = new NodeHarness();
        var id = await harness.NewSessionAsync();
        var refused = await harness.Node.Calls.NewDataChannelsAsync(
            new DataChannelsRequest(new SessionKey("app", id), [Local("chat")]),
            CancellationToken.None
        );

        Assert.Equal(CallsErrorCode.InvalidParams, refused.Error!.Code);
        Assert.Contains("establish", refused.Error.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_TransportNotConnected_WaitsAndThenSays425()
    {
        var impatient = NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { ConnectWait = TimeSpan.FromMilliseconds(200) },
        };
        await using var harness = new NodeHarness(impatient);
        var client = await harness.JoinAsync();
        var refused = await harness.Node.Calls.NewDataChannelsAsync(
            new DataChannelsRequest(new SessionKey("app", client.SessionId), [Local("chat")]),
            CancellationToken.None
        );

        Assert.Equal(CallsErrorCode.SessionConnecting, refused.Error!.Code);
    }

    /// <summary>A client may open the channel for events itself: it then hears what happens.</summary>
    [Fact]
    public async Task ServerEvents_OpenedByTheClient_TellsWhatHappens()
    {
        var telling = NodeHarness.Options() with
        {
            EventWriter = happened => Encoding.UTF8.GetBytes(happened.Kind.ToString()),
        };
        await using var harness = new NodeHarness(telling);
        var client = await harness.JoinAsync();
        var result = client.Client.Channels!.Transport.Open(
            new DataChannelOptions { Label = "server-events" },
            out var events
        );
        Assert.Equal(DataChannelOpenResult.Opened, result);
        Assert.Equal(0, events);
        harness.RunUntil(
            () =>
                client.Client.Channels.Transport.StateOf(events)
                == Protocol.DataChannels.DataChannelState.Open,
            "The channel did not open."
        );
        await harness.OpenAsync(client, Local("chat"));
        harness.RunUntil(() => Count(client, events) >= 1, "No event came.");

        Assert.Equal(
            "DataChannelPublished",
            Encoding.UTF8.GetString(client.Client.Channels.MessagesOf(events)[0])
        );
    }

    /// <summary>What happens after the answer is told: the answer waits for the channel of events, however long the session's
    /// shard has other things to do. It is held until the request was made.</summary>
    [Fact]
    public async Task ServerEvents_AskedForWhenConnected_AnswerComesWithTheChannel()
    {
        var telling = NodeHarness.Options() with
        {
            EventWriter = happened => Encoding.UTF8.GetBytes(happened.Kind.ToString()),
        };
        await using var harness = new NodeHarness(telling);
        var client = await harness.JoinAsync();
        harness.RunUntil(() => client.Client.Channels!.IsConnected, "The client did not connect.");
        var session = new SessionKey("app", client.SessionId);
        var state = harness.Node.State;
        Assert.True(state.Calls.TryFind("app", client.SessionId, out var found));
        Task<CallsResult<EstablishOutcome>> asked;
        using (var held = new HeldThread<bool>())
        {
            state.Post(found.Channels!, [], held.Completion);
            Assert.True(held.TryAwait());
            asked = harness
                .Node.Calls.EstablishDataChannelsAsync(session, null, CancellationToken.None)
                .AsTask();
            Assert.False(asked.IsCompleted);
        }

        var answer = await asked.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(answer.Value!.Description);
        Assert.True(found.Channels!.HasEvents);
        var events = answer.Value.EventsId;
        client.Client.Channels!.Open(events);
        await harness.OpenAsync(client, Local("chat"));
        harness.RunUntil(() => Count(client, events) >= 1, "No event came.");
        Assert.Equal(
            "DataChannelPublished",
            Encoding.UTF8.GetString(client.Client.Channels.MessagesOf(events)[0])
        );
    }

    [Fact]
    public async Task State_Session_ListsItsChannels()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "chat");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "chat"));

        Assert.Equal(
            new Control.Contract.Calls.DataChannelState(
                TrackLocation.Local,
                publisher.SessionId,
                "chat",
                written,
                TrackStatus.Active
            ),
            Assert.Single((await harness.StateAsync(publisher)).DataChannels)
        );
        Assert.Equal(
            new Control.Contract.Calls.DataChannelState(
                TrackLocation.Remote,
                publisher.SessionId,
                "chat",
                read,
                TrackStatus.Active
            ),
            Assert.Single((await harness.StateAsync(reader)).DataChannels)
        );
    }
}
