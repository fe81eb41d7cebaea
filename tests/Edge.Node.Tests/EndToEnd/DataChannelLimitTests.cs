using Control.Contract.Calls;
using Edge.Protocol.DataChannels;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What becomes of those who read too slowly, take too little, or leave too much unfinished.</summary>
public sealed class DataChannelLimitTests
{
    /// <summary>A reader that takes shorter messages is told by its channel's end, not by a gap.</summary>
    [Fact]
    public async Task LongMessage_ReaderTakesLess_ItsChannelEnds()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var (publisher, written) = await PublishAsync(harness, "file");
        var (reader, read) = await ReadAsync(harness, Remote(publisher, "file"));
        harness.Send(publisher, written, new byte[300 * 1024]);
        harness.RunUntil(() => reader.Client.Channels!.IsClosed(read), "The channel did not end.");

        var ended = EndOf(harness, events);
        Assert.Equal(("messageTooLong", reader.SessionId), (ended.Reason, ended.SessionId));
    }

    [Fact]
    public async Task WaitForAck_NeverSaid_ChannelEnds()
    {
        var impatient = NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { AckWait = TimeSpan.FromMilliseconds(300) },
        };
        await using var harness = new NodeHarness(impatient);
        await using var events = new EventLog(harness.Node.Calls);
        var (publisher, _) = await PublishAsync(harness, "state");
        var (reader, read) = await ReadAsync(
            harness,
            Remote(publisher, "state") with
            {
                WaitsForAck = true,
            }
        );
        harness.RunUntil(() => reader.Client.Channels!.IsClosed(read), "The channel did not end.");

        Assert.Equal("ackTimeout", EndOf(harness, events).Reason);
    }

    /// <summary>A reader that takes nothing is ended when its buffer is full; nobody else notices.</summary>
    [Fact]
    public async Task SlowReader_BufferFull_EndsAloneAndSaysSo()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
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
            "The quick reader did not get everything.",
            seconds: 60
        );
        slow.Client.Channels.IsStalled = false;
        harness.RunUntil(
            () => slow.Client.Channels.IsClosed(slowId),
            "The slow reader's channel did not end."
        );

        var ended = EndOf(harness, events);
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
}
