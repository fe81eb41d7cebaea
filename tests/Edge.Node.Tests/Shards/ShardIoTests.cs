using Edge.Native.Sockets;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards;

/// <summary>A shard's sockets: the one that all clients share, and sessions' own.</summary>
public sealed class ShardIoTests
{
    private static readonly NetworkAddress AnyPort = NetworkAddress.FromIPv4(0x7F000001, 0);

    [Fact]
    public void SendFrom_OwnPortAndSharedOne_EachDatagramLeavesFromItsPort()
    {
        using var io = Open();
        var own = OpenSocket();
        var ownAddress = own.Local;
        var port = io.OpenPort(own);
        using var peer = OpenSocket();
        foreach (var from in (int[])[ShardIo.SharedPort, port, port, ShardIo.SharedPort])
        {
            io.SendFrom(from);
            io.NextSlot()[0] = 7;
            io.Commit(1, peer.Local, default);
        }

        io.Flush();
        Assert.Equal(4, io.SentCount);
        Assert.Equal([io.Local, ownAddress, ownAddress, io.Local], Sources(peer, 4));
    }

    [Fact]
    public void Wait_DatagramsAtAnOwnPort_SaysWhichAndReceivesThem()
    {
        using var io = Open();
        var sockets = (UdpSocket[])
            [OpenSocket(), OpenSocket(), OpenSocket(), OpenSocket(), OpenSocket()];
        var ports = Array.ConvertAll(sockets, io.OpenPort);
        Assert.Equal([0, 1, 2, 3, 4], ports);
        using var peer = OpenSocket();
        Send(peer, sockets[3].Local);

        Assert.Equal(EpollReady.Port, io.Wait(1000));
        Assert.Equal([3], io.ReadyPorts.ToArray());
        Assert.Equal(0, io.Receive(ShardIo.SharedPort, Instant.Zero));
        Assert.Equal(1, io.Receive(3, Instant.Zero));
        Assert.Equal(peer.Local, io.Received(0, Instant.Zero).Source);
    }

    [Fact]
    public void ClosePort_WithWhatIsCommitted_SendsItAndUsesTheNumberAgain()
    {
        using var io = Open();
        var own = OpenSocket();
        var ownAddress = own.Local;
        var port = io.OpenPort(own);
        using var peer = OpenSocket();
        io.SendFrom(port);
        io.NextSlot()[0] = 7;
        io.Commit(1, peer.Local, default);

        io.ClosePort(port);

        Assert.Equal([ownAddress], Sources(peer, 1));
        Assert.False(io.HasPorts);
        Assert.Equal(port, io.OpenPort(OpenSocket()));
        io.ClosePort(port);
    }

    /// <summary>What a flow sent as one comes as several, each in a slot of its own; without a slot it is said so.</summary>
    [Fact]
    public void TryTakeOut_RunOfDatagrams_EachIsInASlotOfItsOwn()
    {
        var pool = new PacketPool(index: 0, slots: 66);
        using var io = Open(pool);
        using var peer = OpenSocket();
        SendRun(peer, io.Local, new SendBatch { GroupsSegments = true });

        Assert.Equal(1, io.Receive(ShardIo.SharedPort, Instant.Zero));
        Assert.Equal(3, io.Segments(0));
        var first = io.Received(0, Instant.Zero);
        Assert.Equal(100, first.Length);
        Assert.True(io.TryTakeOut(first, 0, 1, out var second));
        Assert.True(io.TryTakeOut(first, 0, 2, out var third));
        Assert.False(io.TryTakeOut(first, 0, 2, out _));
        Assert.Equal((100, 40), (second.Length, third.Length));
        Assert.Equal(peer.Local, third.Source);
        Assert.Equal([0, 1, 2], Array.ConvertAll([first, second, third], FirstByte));

        byte FirstByte(Arrival arrival) => pool.Slot(arrival.Handle)[0];
    }

    [Fact]
    public void TryTakeOut_RunAfterRun_AllocatesNothing()
    {
        var pool = new PacketPool(index: 0, slots: 128);
        using var io = Open(pool);
        using var peer = OpenSocket();
        var batch = new SendBatch { GroupsSegments = true };
        AllocationAssert.None(
            () =>
            {
                SendRun(peer, io.Local, batch);
                _ = io.Receive(ShardIo.SharedPort, Instant.Zero);
                var first = io.Received(0, Instant.Zero);
                for (var segment = 1; segment < io.Segments(0); segment++)
                {
                    if (io.TryTakeOut(first, 0, segment, out var taken))
                    {
                        pool.Release(taken.Handle);
                    }
                }
            },
            iterations: 1000
        );
    }

    [Fact]
    public void SendFrom_PortsInTurn_AllocatesNothing()
    {
        using var io = Open();
        var port = io.OpenPort(OpenSocket());
        using var peer = OpenSocket();
        AllocationAssert.None(() =>
        {
            io.SendFrom(port);
            io.NextSlot()[0] = 7;
            io.Commit(1, peer.Local, default);
            io.SendFrom(ShardIo.SharedPort);
        });
    }

    private static void SendRun(UdpSocket from, NetworkAddress to, SendBatch batch)
    {
        foreach (var length in (ReadOnlySpan<int>)[100, 100, 40])
        {
            batch.NextSlot()[0] = (byte)batch.Count;
            batch.Commit(length, to, default);
        }

        _ = from.Send(batch);
    }

    private static ShardIo Open(PacketPool? pool = null)
    {
        var error = ShardIo.TryOpen(
            new UdpSocketOptions(AnyPort),
            pool ?? new PacketPool(index: 0, slots: 512),
            new NodeClock(),
            shard: 0,
            out var io
        );
        Assert.Equal(SystemError.None, error);
        return io!;
    }

    private static UdpSocket OpenSocket()
    {
        var error = UdpSocket.TryOpen(
            new UdpSocketOptions(AnyPort) { SharesPort = false },
            out var socket
        );
        Assert.Equal(SystemError.None, error);
        return socket!;
    }

    private static void Send(UdpSocket from, NetworkAddress to)
    {
        var send = new SendBatch(1);
        send.NextSlot()[0] = 7;
        send.Commit(1, to, default);
        Assert.Equal(1, from.Send(send));
    }

    /// <summary>Where datagrams on loopback came from, which are there as soon as they are sent.</summary>
    private static List<NetworkAddress> Sources(UdpSocket socket, int count)
    {
        var pool = new PacketPool(index: 0, slots: count);
        var batch = new ReceiveBatch();
        for (var index = 0; index < count; index++)
        {
            Assert.True(pool.TryRent(out var handle));
            batch.Lend(index, pool.Slot(handle));
        }

        batch.Limit(count);
        var received = socket.Receive(batch);
        return [.. Enumerable.Range(0, received).Select(index => batch.Source(index))];
    }
}
