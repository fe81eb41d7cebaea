using System.Net;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>Real datagrams over loopback.</summary>
public sealed class UdpSocketTests
{
    private const int WaitMs = 2000;
    private static readonly NetworkAddress Loopback = NetworkAddress.FromIPv4(0x7F000001, 0);

    [Fact]
    public void TryOpen_PortZero_TellsThePortTheKernelChose()
    {
        using var socket = Open(Loopback);

        Assert.NotEqual(0, socket.Local.Port);
        Assert.Equal(Loopback, socket.Local.WithPort(0));
        Assert.False(socket.ReportsLocalAddress);
        Assert.True(socket.ReceiveBufferBytes > 0);
    }

    /// <summary>The kernel lets sockets that may share a port have the same one when they ask for any: a node's
    /// clients would reach another node. By chance 14 pairs of these 900 would.</summary>
    [Fact]
    public void TryOpen_PortZeroOften_NeverThePortOfAnother()
    {
        var sockets = Enumerable.Range(0, 900).Select(_ => Open(Loopback)).ToArray();
        var ports = sockets.Select(socket => socket.Local.Port).Distinct().Count();
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }

        Assert.Equal(sockets.Length, ports);
    }

    [Fact]
    public void TryOpen_SamePortTwice_BothShareIt()
    {
        using var first = Open(Loopback);
        using var second = Open(first.Local);

        Assert.Equal(first.Local, second.Local);
    }

    /// <summary>A byte of the datagram chooses among sockets that share a port, in the order in which they were
    /// bound; what is too short for it comes to the first.</summary>
    [Fact]
    public void ChooseByByte_ThreeSockets_EachGetsItsOwn()
    {
        var first = Open(Loopback);
        UdpSocket[] sockets = [first, Open(first.Local), Open(first.Local)];
        using var from = Open(Loopback);
        Assert.Equal(SystemError.None, sockets[1].ChooseByByte(offset: 2, sockets.Length));
        var send = new SendBatch();
        for (byte value = 0; value < 9; value++)
        {
            Add(send, [9, 9, value, 9], first.Local);
        }

        Add(send, [9, 9], first.Local);
        Assert.Equal(10, from.Send(send));

        for (var socket = 0; socket < sockets.Length; socket++)
        {
            using var one = sockets[socket];
            var (batch, _, buffers) = Prepared(10);
            Assert.Equal(socket == 0 ? 4 : 3, ReceiveSoon(one, batch));
            for (var index = 0; index < 3; index++)
            {
                Assert.Equal((index * 3) + socket, buffers(index)[2]);
            }
        }
    }

    /// <summary>A client's socket has its port to itself, whoever else would share.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryOpen_OneDoesNotShare_TheSecondIsRefused(bool isTheFirst)
    {
        var options = new UdpSocketOptions(Loopback) { SharesPort = !isTheFirst };
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(options, out var first));
        using (first)
        {
            var second = new UdpSocketOptions(first!.Local) { SharesPort = isTheFirst };

            Assert.Equal(SystemError.AddressInUse, UdpSocket.TryOpen(second, out _));
        }
    }

    [Fact]
    public void TryOpen_AddressOfNobody_IsAValueNotAnException()
    {
        // 192.0.2.0/24 is for documentation (RFC 5737): no interface has it.
        var error = UdpSocket.TryOpen(new(NetworkAddress.FromIPv4(0xC0000201, 0)), out var socket);

        Assert.Equal(SystemError.AddressNotAvailable, error);
        Assert.Null(socket);
    }

    [Fact]
    public void Send_WholeBatch_ArrivesInOrderWithSources()
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var send = new SendBatch();
        for (var index = 0; index < send.Capacity; index++)
        {
            Add(send, [(byte)index, 7], to.Local);
        }

        Assert.True(send.IsFull);
        Assert.Equal(send.Capacity, from.Send(send));
        Assert.Equal(0, send.Count);
        Assert.Equal(0, send.RefusedCount);

        var (batch, _, buffers) = Prepared(send.Capacity);
        Assert.Equal(send.Capacity, ReceiveSoon(to, batch));
        for (var index = 0; index < send.Capacity; index++)
        {
            Assert.Equal(2, batch.Length(index));
            Assert.Equal(from.Local, batch.Source(index));
            Assert.Equal(index, buffers(index)[0]);
        }
    }

    [Fact]
    public void Receive_NothingWaiting_Zero()
    {
        using var socket = Open(Loopback);
        var (batch, _, _) = Prepared(4);

        Assert.Equal(0, socket.Receive(batch));
    }

    [Fact]
    public void Receive_LongerThanTheSlot_LengthZero()
    {
        using var from = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var to = Open(Loopback);
        var (batch, _, _) = Prepared(4);

        from.Send(new byte[PacketPool.SlotBytes + 1], to.Local.ToEndPoint());
        from.Send(new byte[PacketPool.SlotBytes], to.Local.ToEndPoint());

        Assert.Equal(2, ReceiveSoon(to, batch, atLeast: 2));
        Assert.Equal(0, batch.Length(0));
        Assert.Equal(PacketPool.SlotBytes, batch.Length(1));
    }

    [Fact]
    public void Receive_LimitedToOne_LeavesTheRestWaiting()
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var send = new SendBatch();
        Add(send, [1], to.Local);
        Add(send, [2], to.Local);
        from.Send(send);
        var (batch, _, buffers) = Prepared(4);

        batch.Limit(1);

        Assert.Equal(1, ReceiveSoon(to, batch));
        Assert.Equal(1, buffers(0)[0]);
        Assert.Equal(1, ReceiveSoon(to, batch));
        Assert.Equal(2, buffers(0)[0]);
    }

    [Fact]
    public void Send_ToAClosedPort_DoesNotDisturbTheNextDatagrams()
    {
        var closed = Open(Loopback);
        var nobody = closed.Local;
        closed.Dispose();
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var send = new SendBatch();
        var (batch, _, _) = Prepared(8);
        for (var round = 0; round < 3; round++)
        {
            Add(send, [1], nobody);
            Add(send, [2], to.Local);
            Assert.Equal(2, from.Send(send));
            Assert.Equal(0, from.Receive(batch));
            Assert.Equal(1, ReceiveSoon(to, batch));
        }
    }

    [Fact]
    public void Send_OneDestinationImpossible_OnlyThatOneIsRefused()
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var send = new SendBatch();
        Add(send, [1], to.Local);
        // A socket bound to 127.0.0.1 cannot reach beyond the machine.
        Add(send, [2], NetworkAddress.FromIPv4(0xC0000201, 9));
        Add(send, [3], to.Local);

        Assert.Equal(2, from.Send(send));
        Assert.Equal(1, send.RefusedCount);
        var (batch, _, _) = Prepared(8);
        Assert.Equal(2, ReceiveSoon(to, batch, atLeast: 2));
    }

    [Fact]
    public void Receive_WildcardIPv4_TellsTheLocalAddressAndAnswersFromIt()
    {
        using var node = Open(NetworkAddress.FromIPv4(0, 0));
        using var client = Open(Loopback);
        // 127.0.0.2 is another address of the loopback interface.
        var target = NetworkAddress.FromIPv4(0x7F000002, node.Local.Port);

        Assert.Equal(target, Echo(node, client, target));
    }

    [Fact]
    public void Receive_DualStackWildcard_TakesIPv4AndAnswersFromTheAddressAsked()
    {
        var error = UdpSocket.TryOpen(
            new(NetworkAddress.FromIPv6(new byte[16], 0)),
            out var opened
        );
        if (error == SystemError.AddressFamilyNotSupported)
        {
            return;
        }

        using var node = opened!;
        using var client = Open(Loopback);
        var target = NetworkAddress.FromIPv4(0x7F000003, node.Local.Port);

        Assert.Equal(target, Echo(node, client, target));
    }

    [Fact]
    public void Receive_DualStackWildcard_TakesIPv6AndAnswersFromTheAddressAsked()
    {
        var local = NetworkAddress.From(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        if (
            UdpSocket.TryOpen(new(local), out var opened) != SystemError.None
            || UdpSocket.TryOpen(new(NetworkAddress.FromIPv6(new byte[16], 0)), out var wildcard)
                != SystemError.None
        )
        {
            return;
        }

        using var client = opened!;
        using var node = wildcard!;
        var target = local.WithPort(node.Local.Port);

        Assert.Equal(target, Echo(node, client, target));
    }

    [Theory]
    [InlineData(0x7F000001u)]
    [InlineData(0u)]
    public void Receive_StampsArrivals_TellsWhenEachCame(uint local)
    {
        using var from = Open(Loopback);
        using var to = Open(NetworkAddress.FromIPv4(local, 0), stampsArrivals: true);
        var target = Loopback.WithPort(to.Local.Port);
        var send = new SendBatch();
        var (batch, _, _) = Prepared(8);
        // The kernel begins to stamp a moment after the first socket of a machine asked; until then it
        // tells when a datagram was fetched.
        const int roundsMax = 1000;
        var isStamping = false;
        for (var round = 0; round < roundsMax && !isStamping; round++)
        {
            var before = WallTime();
            var sentAt = SendEach(from, send, target, count: 4);
            Assert.Equal(4, ReceiveSoon(to, batch, atLeast: 4));
            isStamping = true;
            for (var index = 0; index < 4; index++)
            {
                Assert.InRange(batch.ArrivedAt(index), before, WallTime());
                isStamping &= batch.ArrivedAt(index) <= sentAt[index];
                before = batch.ArrivedAt(index);
                Assert.Equal(from.Local, batch.Source(index));
                Assert.Equal(
                    local == 0 ? target : default,
                    batch.LocalAddress(index, to.Local.Port)
                );
            }
        }

        Assert.True(isStamping, "The kernel stamps datagrams when they are fetched.");
    }

    [Fact]
    public void ArrivedAt_NotAskedFor_IsZero()
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var (batch, _, _) = Prepared(4);
        _ = SendEach(from, new SendBatch(), to.Local, count: 1);

        Assert.Equal(1, ReceiveSoon(to, batch));
        Assert.Equal(TimeSpan.Zero, batch.ArrivedAt(0));
    }

    /// <summary>[HotPath] Receive, Send, Lend, Limit, Length, Source, LocalAddress, ArrivedAt, NextSlot,
    /// Commit.</summary>
    [Fact]
    public void Receive_Send_Lend_Limit_Length_Source_LocalAddress_NextSlot_Commit_AllocateNothing()
    {
        using var node = Open(NetworkAddress.FromIPv4(0, 0), stampsArrivals: true);
        var self = NetworkAddress.FromIPv4(0x7F000001, node.Local.Port);
        var send = new SendBatch(8) { GroupsSegments = node.CanSegment };
        var (batch, lend, _) = Prepared(8);
        AllocationAssert.None(
            () =>
            {
                lend();
                batch.Limit(8);
                for (var index = 0; index < 8; index++)
                {
                    send.NextSlot()[0] = 1;
                    send.Commit(1, self, self);
                }

                _ = node.Send(send);
                var count = node.Receive(batch);
                for (var index = 0; index < count; index++)
                {
                    _ = batch.Length(index);
                    _ = batch.Source(index);
                    _ = batch.LocalAddress(index, self.Port);
                    _ = batch.ArrivedAt(index);
                }
            },
            iterations: 1000
        );
    }

    private static NetworkAddress Echo(UdpSocket node, UdpSocket client, NetworkAddress target)
    {
        var send = new SendBatch();
        var (batch, _, _) = Prepared(4);
        Add(send, [1], target);
        Assert.Equal(1, client.Send(send));
        Assert.Equal(1, ReceiveSoon(node, batch));
        Assert.True(node.ReportsLocalAddress);
        Assert.Equal(client.Local, batch.Source(0));
        var local = batch.LocalAddress(0, node.Local.Port);
        Assert.Equal(target, local);

        send.NextSlot()[0] = 2;
        send.Commit(1, batch.Source(0), local);
        Assert.Equal(1, node.Send(send));
        Assert.Equal(1, ReceiveSoon(client, batch));
        return batch.Source(0);
    }

    private static UdpSocket Open(NetworkAddress local, bool stampsArrivals = false)
    {
        var options = new UdpSocketOptions(local) { StampsArrivals = stampsArrivals };
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(options, out var socket));
        return socket!;
    }

    private static TimeSpan WallTime() => DateTime.UtcNow - DateTime.UnixEpoch;

    /// <summary>Sends one by one; returns the wall time behind each.</summary>
    private static TimeSpan[] SendEach(
        UdpSocket from,
        SendBatch batch,
        NetworkAddress to,
        int count
    )
    {
        var times = new TimeSpan[count];
        for (var index = 0; index < count; index++)
        {
            Add(batch, [1], to);
            Assert.Equal(1, from.Send(batch));
            times[index] = WallTime();
        }

        return times;
    }

    private static void Add(SendBatch batch, ReadOnlySpan<byte> bytes, NetworkAddress to)
    {
        bytes.CopyTo(batch.NextSlot());
        batch.Commit(bytes.Length, to, default);
    }

    private static (ReceiveBatch Batch, Action Lend, Func<int, byte[]> Copy) Prepared(int capacity)
    {
        var pool = new PacketPool(index: 0, slots: capacity);
        var batch = new ReceiveBatch(capacity);
        var handles = new PacketHandle[capacity];
        for (var index = 0; index < capacity; index++)
        {
            Assert.True(pool.TryRent(out handles[index]));
        }

        void Lend()
        {
            for (var index = 0; index < handles.Length; index++)
            {
                batch.Lend(index, pool.Slot(handles[index]));
            }
        }

        Lend();
        return (batch, Lend, index => pool.Slot(handles[index]).ToArray());
    }

    /// <summary>Loopback delivers before send returns; epoll is the safety net for a busy machine.</summary>
    private static int ReceiveSoon(UdpSocket socket, ReceiveBatch batch, int atLeast = 1)
    {
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var wake));
        using var wakeOwned = wake!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wakeOwned, out var epoll));
        using var epollOwned = epoll!;
        _ = epollOwned.Wait(WaitMs);
        var count = socket.Receive(batch);
        Assert.True(count >= atLeast);
        return count;
    }
}
