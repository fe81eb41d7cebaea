using System.Text;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Data channels of a whole node: one publishes, others read.</summary>
public sealed class DataChannelTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

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

    /// <summary>A reader that takes shorter messages is told by its channel's end, not by a gap.</summary>
    [Fact]
    public async Task LongMessage_ReaderTakesLess_ItsChannelEnds()
    {
        await using var harness = new NodeHarness();
        using var enough = new CancellationTokenSource();
        var events = CollectAsync(harness.Node.Calls, enough.Token);
        var (publisher, written) = await PublishAsync(harness, "file");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "file"));
        harness.Send(publisher, written, new byte[300 * 1024]);
        harness.RunUntil(() => reader.Client.Channels!.IsClosed(read), "The channel did not end.");
        await enough.CancelAsync();

        var ended = Assert.Single(await events, Ended);
        Assert.Equal(("messageTooLong", reader.SessionId), (ended.Reason, ended.SessionId));
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
    public async Task WaitForAck_NeverSaid_ChannelEnds()
    {
        var impatient = NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { AckWait = TimeSpan.FromMilliseconds(300) },
        };
        await using var harness = new NodeHarness(impatient);
        using var enough = new CancellationTokenSource();
        var events = CollectAsync(harness.Node.Calls, enough.Token);
        var (publisher, _) = await PublishAsync(harness, "state");
        var (reader, read) = await ReadAsync(
            harness,
            Remote(publisher, "state") with
            {
                WaitsForAck = true,
            }
        );
        harness.RunUntil(() => reader.Client.Channels!.IsClosed(read), "The channel did not end.");
        await enough.CancelAsync();

        Assert.Equal("ackTimeout", Assert.Single(await events, Ended).Reason);
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

    /// <summary>A reader that takes nothing is ended when its buffer is full; nobody else notices.</summary>
    [Fact]
    public async Task SlowReader_BufferFull_EndsAloneAndSaysSo()
    {
        await using var harness = new NodeHarness();
        using var enough = new CancellationTokenSource();
        var events = CollectAsync(harness.Node.Calls, enough.Token);
        var (publisher, written) = await PublishAsync(harness, "flood");
        var (slow, slowId) = await ReadAsync(harness, Remote(publisher, "flood"));
        var (quick, quickId) = await ReadAsync(harness, Remote(publisher, "flood"));
        slow.Client.Channels!.IsStalled = true;
        var sent = 0;
        harness.RunUntil(
            () =>
            {
                // Never more on the way than the quick one can hold.
                while (
                    sent < Math.Min(400, Count(quick, quickId) + 16)
                    && harness.Send(publisher, written, new byte[64 * 1024])
                        == DataChannelSendResult.Accepted
                )
                {
                    sent++;
                }

                return Count(quick, quickId) == 400;
            },
            $"The quick reader did not get everything: {sent} sent.",
            seconds: 60
        );
        slow.Client.Channels.IsStalled = false;
        harness.RunUntil(
            () => slow.Client.Channels.IsClosed(slowId),
            "The slow reader's channel did not end."
        );
        await enough.CancelAsync();

        var ended = Assert.Single(await events, Ended);
        Assert.Equal(("tooSlow", slow.SessionId), (ended.Reason, ended.SessionId));
        Assert.False(quick.Client.Channels!.IsClosed(quickId));
        // What came was without gap: the end, not a hole, is how it learns of it.
        Assert.True(Count(slow, slowId) < 400);
    }

    /// <summary>A reader that asked for partial reliability loses messages instead.</summary>
    [Fact]
    public async Task SlowReader_MayLose_KeepsItsChannel()
    {
        await using var harness = new NodeHarness();
        var (publisher, written) = await PublishAsync(harness, "pictures");
        var (slow, slowId) = await ReadAsync(
            harness,
            Remote(publisher, "pictures") with
            {
                IsOrdered = false,
                RetransmitsMax = 0,
            }
        );
        slow.Client.Channels!.IsStalled = true;
        var sent = 0;
        harness.RunUntil(
            () =>
            {
                while (
                    sent < 300
                    && harness.Send(publisher, written, new byte[64 * 1024])
                        == DataChannelSendResult.Accepted
                )
                {
                    sent++;
                }

                return sent == 300;
            },
            "The publisher was held up.",
            seconds: 60
        );
        harness.RunFor(1);
        slow.Client.Channels.IsStalled = false;
        harness.RunFor(1);
        var before = Count(slow, slowId);
        harness.Send(publisher, written, Hello);
        harness.RunUntil(() => Count(slow, slowId) > before, "The reader gets nothing any more.");

        Assert.False(slow.Client.Channels.IsClosed(slowId));
        Assert.True(before < 300);
    }

    /// <summary>What a client leaves unfinished is kept for it only while there is room.</summary>
    [Fact]
    public async Task UnfinishedMessages_NodeFull_HoarderLosesItsChannels()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Shards = 1,
                ChannelBytesMax = 1024 * 1024,
            }
        );
        var (modest, modestId) = await PublishAsync(harness, "modest");
        var (reader, read) = await ReadAsync(harness, Remote(modest, "modest"));
        var (quiet, quietId) = await PublishAsync(harness, "quiet");
        var (hoarder, hoarded) = await PublishAsync(harness, "hoard");
        harness.Send(quiet, quietId, new byte[1024 * 1024]);
        harness.RunUntil(
            () => quiet.Client.Channels!.Transport.BufferedBytes((ushort)quietId) < 512 * 1024,
            "The node takes nothing."
        );
        // Half of its message is there, the other half never comes.
        quiet.IsMuted = true;
        harness.Send(hoarder, hoarded, new byte[1024 * 1024]);
        harness.RunUntil(
            () => hoarder.Client.Channels!.Transport.IsEnded,
            "The hoarder kept its channels."
        );
        harness.Send(modest, modestId, Hello);
        harness.RunUntil(() => Count(reader, read) == 1, "Others lost their channels too.");
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

        Assert.Empty((await StateAsync(harness, publisher)).DataChannels);
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
            Assert.Single((await StateAsync(harness, publisher)).DataChannels)
        );
        Assert.Equal(
            new Control.Contract.Calls.DataChannelState(
                TrackLocation.Remote,
                publisher.SessionId,
                "chat",
                read,
                TrackStatus.Active
            ),
            Assert.Single((await StateAsync(harness, reader)).DataChannels)
        );
    }

    private static bool Ended(CallsEvent happened) =>
        happened.Kind == CallsEventKind.DataChannelEnded;

    private static int Count(SocketClient client, int id) =>
        client.Client.Channels!.MessagesOf(id).Count;

    private static DataChannelRequest Local(string name) =>
        new() { Location = TrackLocation.Local, Name = name };

    private static DataChannelRequest Remote(SocketClient publisher, string name) =>
        new()
        {
            Location = TrackLocation.Remote,
            SessionId = publisher.SessionId,
            Name = name,
        };

    private static async Task<(SocketClient Client, int Id)> PublishAsync(
        NodeHarness harness,
        string name
    )
    {
        var client = await harness.JoinAsync();
        return (client, await harness.OpenAsync(client, Local(name)));
    }

    private static async Task<(SocketClient Client, int Id)> ReadAsync(
        NodeHarness harness,
        DataChannelRequest request
    )
    {
        var client = await harness.JoinAsync();
        var id = await harness.OpenAsync(client, request);
        harness.RunFor(0.1);
        return (client, id);
    }

    private static async Task UpdateAsync(
        NodeHarness harness,
        SocketClient client,
        DataChannelRequest request
    )
    {
        var updated = await harness.Node.Calls.UpdateDataChannelsAsync(
            new DataChannelsRequest(new SessionKey("app", client.SessionId), [request]),
            CancellationToken.None
        );
        Assert.Null(Assert.Single(updated.Value!.Channels).Error);
    }

    private static async Task<CallsSessionState> StateAsync(
        NodeHarness harness,
        SocketClient client
    )
    {
        var state = await harness.Node.Calls.GetSessionAsync(
            new SessionKey("app", client.SessionId),
            CancellationToken.None
        );
        Assert.NotNull(state);
        return state;
    }

    private static async Task<List<CallsEvent>> CollectAsync(
        ICallsNode node,
        CancellationToken cancellation
    )
    {
        var events = new List<CallsEvent>();
        try
        {
            await foreach (var raised in node.ReadEventsAsync("app", null, null, cancellation))
            {
                events.Add(raised);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }

        return events;
    }
}
