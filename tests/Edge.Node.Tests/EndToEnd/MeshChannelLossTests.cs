using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.DataChannels;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What becomes of readers at other nodes when the way there loses messages, is cut or is slow.</summary>
public sealed class MeshChannelLossTests
{
    private const int Chunk = 64 * 1024;

    [Fact]
    public async Task MessageLost_ReliableReaderIsToldByItsEnd_PartialGoesOn()
    {
        await using var scene = await Scene.StartAsync();
        scene.SendNumbers(0, 10);
        scene.Expect(reliable: 10, partial: 10);
        var passed = 0;
        scene.Mesh.HomeSieve.Loses = subject =>
            IsData(subject) && Interlocked.Increment(ref passed) == 3;
        scene.SendNumbers(10, 10);

        scene.ExpectLost();
        scene.Mesh.Away.RunUntil(
            () => Count(scene.Partial.Client, scene.Partial.Id) == 19,
            "The partial reader misses more than what was lost."
        );
        Assert.Equal(
            Enumerable.Range(0, 20).Where(number => number != 12),
            Numbers(scene.Partial.Client, scene.Partial.Id)
        );
        // Up to the gap, and nothing after it.
        var received = Numbers(scene.Reliable.Client, scene.Reliable.Id).ToArray();
        Assert.Equal(Enumerable.Range(0, received.Length), received);
        Assert.InRange(received.Length, 10, 12);
    }

    /// <summary>Nothing follows that would show the gap.</summary>
    [Fact]
    public async Task LastMessageLost_ReliableReaderIsToldAllTheSame()
    {
        await using var scene = await Scene.StartAsync();
        scene.SendNumbers(0, 1);
        scene.Expect(reliable: 1, partial: 1);
        scene.Mesh.HomeSieve.Loses = IsData;
        scene.SendNumbers(1, 1);
        scene.Mesh.Away.RunFor(0.2);
        scene.Mesh.HomeSieve.Loses = static _ => false;

        scene.ExpectLost();
    }

    /// <summary>A message that crosses in parts is lost with any of them.</summary>
    [Fact]
    public async Task PartLost_WholeMessageIsLost()
    {
        await using var scene = await Scene.StartAsync();
        var passed = 0;
        scene.Mesh.HomeSieve.Loses = subject =>
            IsData(subject) && Interlocked.Increment(ref passed) == 2;
        Assert.Equal(DataChannelSendResult.Accepted, scene.Send(new byte[200 * 1024]));
        scene.SendNumbers(7, 1);

        scene.ExpectLost();
        scene.Expect(reliable: 0, partial: 1);
        Assert.Equal([7], Numbers(scene.Partial.Client, scene.Partial.Id));
    }

    [Fact]
    public async Task BusCut_WithMessagesMeanwhile_ReliableEndsAndPartialGoesOn()
    {
        await using var scene = await Scene.StartAsync();
        scene.SendNumbers(0, 5);
        scene.Expect(reliable: 5, partial: 5);
        scene.Mesh.AwayBus.Disconnect();
        scene.SendNumbers(5, 5);
        scene.Mesh.Away.RunFor(0.5);
        scene.Mesh.AwayBus.Reconnect();
        scene.ExpectLost();
        scene.SendNumbers(10, 5);

        scene.Expect(reliable: 5, partial: 10);
        Assert.Equal(
            [0, 1, 2, 3, 4, 10, 11, 12, 13, 14],
            Numbers(scene.Partial.Client, scene.Partial.Id)
        );
    }

    [Fact]
    public async Task BusCut_WithoutMessages_NobodyNotices()
    {
        await using var scene = await Scene.StartAsync();
        scene.SendNumbers(0, 5);
        scene.Expect(reliable: 5, partial: 5);
        scene.Mesh.Away.RunFor(0.2);
        scene.Mesh.AwayBus.Disconnect();
        scene.Mesh.Away.RunFor(0.5);
        scene.Mesh.AwayBus.Reconnect();
        scene.SendNumbers(5, 5);

        scene.Expect(reliable: 10, partial: 10);
    }

    /// <summary>A cut so long that the owner has forgotten the node: what was published then was numbered by
    /// nobody, and still it is no secret that it is missing.</summary>
    [Fact]
    public async Task LongCut_WatchIsOver_ReliableEndsAndPartialGoesOn()
    {
        await using var scene = await Scene.StartAsync();
        scene.SendNumbers(0, 5);
        scene.Expect(reliable: 5, partial: 5);
        scene.Mesh.Away.RunFor(0.2);
        scene.Mesh.AwayBus.Disconnect();
        scene.Mesh.Away.RunFor(9.5);
        scene.SendNumbers(5, 5);
        scene.Mesh.Away.RunFor(0.3);
        Assert.DoesNotContain(scene.Mesh.HomeSieve.Published("data").Skip(5), _ => true);
        scene.Mesh.AwayBus.Reconnect();
        scene.ExpectLost();
        scene.SendNumbers(10, 1);

        scene.Expect(reliable: 5, partial: 6);
    }

    /// <summary>A node that does not acknowledge makes the publisher wait, at its client, and nothing is lost.</summary>
    [Fact]
    public async Task SlowNode_NoAcknowledgement_PublisherWaitsAndGoesOn()
    {
        await using var scene = await Scene.StartAsync();
        scene.Mesh.AwaySieve.Loses = IsAck;
        var sent = scene.SendFor(seconds: 2.5);
        var most = (ChannelLimits.InFlightBytesMax / Chunk) + 2;
        Assert.InRange(Count(scene.Reliable.Client, scene.Reliable.Id), most / 2, most);
        Assert.True(sent < most + (4 * 1024 * 1024 / Chunk), "The publisher was not held up.");
        scene.Mesh.AwaySieve.Loses = static _ => false;
        sent += scene.SendFor(seconds: 1, () => Count(scene.Reliable.Client, scene.Reliable.Id));

        scene.Mesh.Away.RunUntil(
            () => Count(scene.Reliable.Client, scene.Reliable.Id) == sent,
            "Not everything came.",
            seconds: 60
        );
        Assert.True(sent > most * 2, "The publisher does not go on.");
        Assert.Equal(Enumerable.Range(0, sent), Numbers(scene.Reliable.Client, scene.Reliable.Id));
    }

    /// <summary>One that never does is given up, so that the others go on.</summary>
    [Fact]
    public async Task DeadNode_NoAcknowledgement_IsGivenUp()
    {
        await using var scene = await Scene.StartAsync();
        var near = await scene.Mesh.Home.JoinAsync();
        scene.Mesh.Away.RunUntil(() => near.Client.Channels!.IsConnected, "Nobody connected.");
        var nearId = await scene.Mesh.Home.OpenAsync(near, scene.Channel);
        scene.Mesh.Away.RunFor(0.1);
        // Neither does it say what it wants any more.
        scene.Mesh.AwaySieve.Loses = subject =>
            IsAck(subject) || subject.StartsWith("demand.", StringComparison.Ordinal);
        // Until it is given up no more than a third of that is taken.
        var sent = scene.SendUntil(
            count => count > 3 * ChannelLimits.InFlightBytesMax / Chunk,
            "The publisher does not go on.",
            seconds: 60,
            () => Count(near, nearId)
        );
        scene.Mesh.Away.RunUntil(
            () => Count(near, nearId) == sent,
            "The nearer reader misses something.",
            seconds: 60
        );

        Assert.Equal(Enumerable.Range(0, sent), Numbers(near, nearId));
        scene.Mesh.AwaySieve.Loses = static _ => false;
        scene.ExpectLost();
    }

    private static bool IsData(string subject) =>
        subject.StartsWith("data.", StringComparison.Ordinal);

    private static bool IsAck(string subject) =>
        subject.StartsWith("ack.", StringComparison.Ordinal);

    /// <summary>A publisher at one node; at the other a reliable reader and one that agreed to losses.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private EventLog _events = null!;
        private SocketClient _publisher = null!;
        private int _written;
        private int _chunks;

        public MeshHarness Mesh { get; } = new();

        public DataChannelRequest Channel => Remote(_publisher, "log");

        public (SocketClient Client, int Id) Reliable { get; private set; }

        public (SocketClient Client, int Id) Partial { get; private set; }

        public static async Task<Scene> StartAsync()
        {
            var scene = new Scene();
            scene._events = new EventLog(scene.Mesh.Away.Node.Calls);
            (scene._publisher, scene._written) = await PublishAsync(scene.Mesh.Home, "log");
            scene.Reliable = await ReadAsync(scene.Mesh.Away, scene.Channel);
            scene.Partial = await ReadAsync(
                scene.Mesh.Away,
                scene.Channel with
                {
                    IsOrdered = false,
                    RetransmitsMax = 100,
                }
            );
            return scene;
        }

        public async ValueTask DisposeAsync()
        {
            await _events.DisposeAsync();
            await Mesh.DisposeAsync();
        }

        public DataChannelSendResult Send(ReadOnlySpan<byte> message) =>
            Mesh.Home.Send(_publisher, _written, message);

        public void SendNumbers(int first, int count)
        {
            foreach (var number in Enumerable.Range(first, count))
            {
                Assert.Equal(DataChannelSendResult.Accepted, Send(BitConverter.GetBytes(number)));
            }
        }

        /// <summary>Sends numbered chunks for a time, as fast as they are taken; how many those were.</summary>
        /// <param name="seconds">The time.</param>
        /// <param name="received">What a reader has of them that is to keep up: it is never sent more than it can
        /// hold.</param>
        public int SendFor(double seconds, Func<int>? received = null)
        {
            var until = Mesh.Home.Now + TimeSpan.FromSeconds(seconds);
            return SendUntil(
                _ => Mesh.Home.Now >= until,
                "Time does not pass.",
                seconds + 20,
                received
            );
        }

        /// <summary>Sends them until so many were taken as are enough.</summary>
        public int SendUntil(
            Func<int, bool> isEnough,
            string otherwise,
            double seconds,
            Func<int>? received = null
        )
        {
            var before = _chunks;
            var chunk = new byte[Chunk];
            Mesh.Away.RunUntil(
                () =>
                {
                    BitConverter.TryWriteBytes(chunk, _chunks);
                    while (
                        (received is null || _chunks - received() < 64)
                        && _publisher.Client.Channels!.Transport.BufferedBytes((ushort)_written)
                            < 4 * Chunk
                        && Send(chunk) == DataChannelSendResult.Accepted
                    )
                    {
                        BitConverter.TryWriteBytes(chunk, ++_chunks);
                    }

                    return isEnough(_chunks - before);
                },
                otherwise,
                seconds
            );
            return _chunks - before;
        }

        public void Expect(int reliable, int partial) =>
            Mesh.Away.RunUntil(
                () =>
                    Count(Reliable.Client, Reliable.Id) == reliable
                    && Count(Partial.Client, Partial.Id) == partial,
                $"Not {reliable} messages came to the reliable reader and {partial} to the other."
            );

        /// <summary>The reliable reader, and it alone, is told that messages are lost.</summary>
        public void ExpectLost()
        {
            var ended = EndOf(Mesh.Away, _events);
            Assert.Equal(
                ("messagesLost", Reliable.Client.SessionId),
                (ended.Reason, ended.SessionId)
            );
            Assert.False(Partial.Client.Client.Channels!.IsClosed(Partial.Id));
        }
    }
}
