using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Shards.Connections;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Clients whose networks let no UDP pass: ICE over TCP, passive here (RFC 6544).</summary>
public sealed class TcpTests
{
    private const int Video = 1;

    [Fact]
    public async Task PublishAndPlay_OverTcp_MediaFlowsInOrder()
    {
        await using var harness = new NodeHarness();
        var publisher = await PublishAsync(harness);
        var viewers = new List<SocketClient>();
        for (var count = 0; count < 4; count++)
        {
            viewers.Add(await PlayAsync(harness));
        }

        var byUdp = await harness.PlayAsync();
        viewers.Add(byUdp);
        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 60),
            "Not every viewer was sent pictures."
        );

        Assert.All(
            viewers,
            viewer => Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps)
        );
        Assert.Equal(5, Count(harness, stats => stats.Connections));
        Assert.Equal(0, Dropped(harness, ShardDrop.ConnectionRefused));
        Assert.Equal(0, Dropped(harness, ShardDrop.ConnectionSlow));
        Assert.False(publisher.Connection!.IsOver);
    }

    [Theory]
    [InlineData("[::1]:0")]
    [InlineData("[::]:0")]
    public async Task PublishAndPlay_OverTcpAndIPv6_MediaFlows(string media)
    {
        Assert.True(NetworkAddress.TryParse(media, out var address));
        Assert.True(NetworkAddress.TryParse("[::1]:0", out var advertised));
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Media = address,
                Advertised = [advertised],
            }
        );
        var viewer = await PlayedAsync(harness);
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 20,
            "The viewer was not sent pictures."
        );
        Assert.Equal(2, Open(harness));
    }

    /// <summary>Sessions are made on shards in turn and the kernel spreads connections by their ports: a session
    /// whose connection came in elsewhere moves there.</summary>
    [Fact]
    public async Task Join_ConnectionArrivesAtAnotherShard_SessionMovesThere()
    {
        await using var harness = new NodeHarness();
        _ = await PublishAsync(harness);
        var viewers = 0;
        while (Count(harness, stats => stats.Moves) == 0)
        {
            // Chosen: none of them has to move once in 10^9 runs.
            Assert.True(viewers++ < 30, "No session moved.");
            var viewer = await PlayAsync(harness);
            harness.RunUntil(
                () => viewer.Client.Played[Video].CompleteFrames >= 5,
                "The viewer did not start."
            );
        }

        var before = Count(harness, stats => stats.HandedOver);
        harness.RunFor(1);
        Assert.Equal(before, Count(harness, stats => stats.HandedOver));
    }

    [Fact]
    public async Task Reset_ThenDialledAgain_SameSessionGoesOn()
    {
        await using var harness = new NodeHarness();
        var publisher = await PublishAsync(harness);
        var viewer = await PlayAsync(harness);
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        foreach (var client in (SocketClient[])[viewer, publisher, viewer])
        {
            client.Connection!.Reset();
            client.Dial(harness.Node.Candidates[0]);
            harness.RunFor(0.2);
            var before = video.CompleteFrames;
            harness.RunUntil(
                () => video.CompleteFrames >= before + 15,
                "Media did not go on over the new connection."
            );
        }

        Assert.Equal(0, video.BackwardTimestamps);
        Assert.Equal(2, harness.Node.SessionCount);
        harness.RunUntil(() => Open(harness) == 2, "Connections that were reset are still there.");
    }

    /// <summary>A client that used UDP goes on over TCP when its network changes, and back.</summary>
    [Fact]
    public async Task Dial_InMidCall_GoesOnOverTcp()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");

        viewer.Dial(harness.Node.Candidates[0]);
        publisher.Dial(harness.Node.Candidates[0]);
        harness.RunFor(0.5);
        var before = video.CompleteFrames;
        harness.RunUntil(() => video.CompleteFrames >= before + 30, "Media did not go on.");
        Assert.Equal(2, Open(harness));
    }

    /// <summary>What a client does not read waits within bounds and media behind it is dropped; others see
    /// nothing of it, and it goes on when it reads again.</summary>
    [Fact]
    public async Task Play_ClientReadsNothing_OthersGoOnAndItCatchesUp()
    {
        await using var harness = new NodeHarness(NodeHarness.Options() with { Shards = 1 });
        _ = await PublishAsync(
            harness,
            new SyntheticVideoOptions { FramesPerSecond = 60, PacketsPerFrame = 20 }
        );
        var slow = await harness.PlayAsync();
        slow.Dial(harness.Node.Candidates[0], receiveBufferBytes: 4096);
        var good = await PlayAsync(harness);
        var seen = good.Client.Played[Video];
        harness.RunUntil(
            () => seen.CompleteFrames >= 30 && slow.Client.Played[Video].CompleteFrames >= 5,
            "The viewers did not start."
        );

        slow.IsDeaf = true;
        harness.RunUntil(
            () => Dropped(harness, ShardDrop.ConnectionSlow) > 0,
            "Nothing was dropped for a client that reads nothing."
        );
        var before = seen.CompleteFrames;
        harness.RunUntil(() => seen.CompleteFrames >= before + 60, "The other viewer was stopped.");
        Assert.Equal(0, Dropped(harness, ShardDrop.NoSlot));

        slow.IsDeaf = false;
        var after = slow.Client.Played[Video].CompleteFrames;
        harness.RunUntil(
            () => slow.Client.Played[Video].CompleteFrames >= after + 10,
            "The slow viewer did not go on."
        );
    }

    [Fact]
    public async Task Delete_Session_ItsConnectionIsClosed()
    {
        await using var harness = new NodeHarness();
        var publisher = await PublishAsync(harness);
        var viewer = await PlayAsync(harness);
        harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");
        Assert.Equal(2, Open(harness));

        _ = await harness.Node.CloseAsync(
            new Control.Contract.SessionKey("app", viewer.SessionId),
            CancellationToken.None
        );
        harness.RunUntil(() => viewer.Connection!.IsOver, "The connection is still open.");
        // Counted at the end of the turn that closed it.
        harness.RunUntil(() => Open(harness) == 1, "It is not the only one that was closed.");
        Assert.False(publisher.Connection!.IsOver);
    }

    /// <summary>What is no check for a session of the node ends the connection at once, a TLS handshake and a
    /// frame that is too long at their first bytes.</summary>
    [Theory]
    [InlineData("16030100c8010000c40303")]
    [InlineData("474554202f20485454502f312e310d0a0d0a")]
    [InlineData("ffff")]
    [InlineData("0001ff")]
    [InlineData("000c800000000000000000000000")]
    [InlineData("0014000100002112a442000102030405060708090a0b")]
    [InlineData("001416feff0000000000000000000000000000000000")]
    public async Task Connect_Junk_IsClosedAtOnce(string hex)
    {
        await using var harness = new NodeHarness();
        using var connection = new FramedConnection(harness.Node.Candidates[0]);
        connection.SendRaw(Convert.FromHexString(hex));
        harness.RunUntil(() => IsOver(connection), "Junk kept its connection.", seconds: 4);
        harness.RunUntil(() => Open(harness) == 0, "Junk kept its place.");
        Assert.Equal(1, Dropped(harness, ShardDrop.ConnectionRefused));
    }

    /// <summary>Who says nothing, or a byte now and then, is closed after the time for a first check.</summary>
    [Fact]
    public async Task Connect_Nothing_IsClosedAfterTheWait()
    {
        await using var harness = new NodeHarness();
        using var silent = new FramedConnection(harness.Node.Candidates[0]);
        using var slow = new FramedConnection(harness.Node.Candidates[0]);
        var sent = 0;
        harness.RunUntil(
            () =>
            {
                if (harness.Now > Instant.Zero + TimeSpan.FromSeconds(sent))
                {
                    slow.SendRaw(sent++ == 1 ? [96] : [0]);
                }

                return IsOver(silent) & IsOver(slow);
            },
            "A connection without a check was kept."
        );
        Assert.True(
            harness.Now > Instant.Zero + TimeSpan.FromSeconds(4),
            "It was closed too early."
        );
        Assert.Equal(0, Open(harness));
    }

    /// <summary>Connections without a check are bounded for each source, and clients of other sources, or with
    /// places of their own, are served all the same.</summary>
    [Fact]
    public async Task Connect_ManyOfOneSource_FurtherOnesAreClosed()
    {
        await using var harness = new NodeHarness();
        var publisher = await PublishAsync(harness);
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var connections = new List<FramedConnection>();
        var most = ConnectionTable.StrangersOfSourceMax * harness.Node.Shards.Length;
        for (var count = 0; count < 3 * most; count++)
        {
            connections.Add(new FramedConnection(harness.Node.Candidates[0]));
        }

        harness.RunUntil(
            () => connections.Count(IsOver) >= 2 * most,
            "Further connections of one source were kept.",
            seconds: 4
        );
        Assert.InRange(Open(harness), 1, most + 1);
        Assert.False(publisher.Connection!.IsOver);
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 5,
            "A client over UDP was not served meanwhile."
        );
        connections.ForEach(connection => connection.Dispose());
    }

    /// <summary>Takes and gives back all slots: none is lost with connections that came and went.</summary>
    [Fact]
    public async Task Dispose_AfterConnectionsWithHalfFrames_AllSlotsAreFree()
    {
        var harness = new NodeHarness();
        var viewer = await PlayedAsync(harness);
        using var half = new FramedConnection(harness.Node.Candidates[0]);
        half.SendRaw([0, 96, 0, 1, 0]);
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 10,
            "The viewer did not start."
        );
        var pools = harness.Node.Pools.ToArray();
        await harness.DisposeAsync();
        Assert.All(pools, pool => Assert.Equal(pool.Slots, pool.CountFree()));
    }

    [Fact]
    public async Task Start_TcpPortTaken_SaysSo()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(NetworkAddress.FromIPv4(0x7F000001, 0).ToEndPoint());
        other.Listen();
        var taken = NetworkAddress.From((System.Net.IPEndPoint)other.LocalEndPoint!);
        var start = MediaNode.Start(
            NodeHarness.Options() with
            {
                Media = taken,
            },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<MediaNode>.Instance
        );
        if (start is MediaNodeStart.Running running)
        {
            await running.Node.DisposeAsync();
        }

        Assert.Equal(new MediaNodeStart.Unbound("TCP", SystemError.AddressInUse), start);
    }

    private static async Task<SocketClient> PublishAsync(
        NodeHarness harness,
        SyntheticVideoOptions? video = null
    )
    {
        var publisher = await harness.PublishAsync(video);
        publisher.Dial(harness.Node.Candidates[0]);
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect by TCP.");
        return publisher;
    }

    private static async Task<SocketClient> PlayAsync(NodeHarness harness)
    {
        var viewer = await harness.PlayAsync();
        viewer.Dial(harness.Node.Candidates[0]);
        return viewer;
    }

    private static async Task<SocketClient> PlayedAsync(NodeHarness harness)
    {
        _ = await PublishAsync(harness);
        return await PlayAsync(harness);
    }

    private static bool IsOver(FramedConnection connection)
    {
        connection.Flush();
        _ = connection.TryReceive(out _);
        return connection.IsOver;
    }

    private static long Open(NodeHarness harness) => Count(harness, stats => stats.ConnectionsOpen);

    private static long Dropped(NodeHarness harness, ShardDrop reason) =>
        Count(harness, stats => stats.Drops[(int)reason]);

    private static long Count(NodeHarness harness, Func<ShardStats, long> counter)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += counter(shard.Stats);
        }

        return total;
    }
}
