using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>TCP connections over loopback, as the kernel makes and ends them.</summary>
public sealed class TcpSocketTests
{
    private static readonly NetworkAddress Loopback = NetworkAddress.FromIPv4(0x7F000001, 0);

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void Accept_Dialled_BothEndsKnowEachOther(string address)
    {
        using var pair = Pair.Open(address);
        Assert.Equal(pair.Client.Local, pair.Server.Remote);
        Assert.Equal(pair.Listener.Local, pair.Server.Local);
        Assert.Equal(pair.Listener.Local, pair.Client.Remote);
        Assert.Equal(0u, pair.Server.Remote.Connection);
        Assert.Equal(SystemError.WouldBlock, pair.Listener.Accept(out _));
    }

    /// <summary>An IPv6 wildcard takes IPv4, and tells its address as the UDP socket does.</summary>
    [Fact]
    public void Accept_IPv4OnIPv6Wildcard_RemoteIsIPv4()
    {
        Assert.True(NetworkAddress.TryParse("[::]:0", out var any));
        Assert.Equal(SystemError.None, TcpListener.TryOpen(any, out var opened));
        using var listener = opened!;
        var target = Loopback.WithPort(listener.Local.Port);
        Assert.Equal(SystemError.None, TcpSocket.TryConnect(target, out var dialled));
        using var client = dialled!;
        Assert.Equal(SystemError.None, Wait.Accept(listener, out var accepted));
        using var server = accepted!;
        Assert.True(server.Remote.IsIPv4);
        Assert.Equal(client.Local, server.Remote);
    }

    [Fact]
    public void TryOpen_SamePortTwice_KernelSpreadsConnections()
    {
        using var first = Open(Loopback);
        using var second = Open(first.Local);
        Assert.Equal(first.Local, second.Local);
        var taken = new int[2];
        var clients = new List<TcpSocket>();
        // Chosen: none of 64 goes to one of the two once in 10^19 runs.
        for (var count = 0; count < 64; count++)
        {
            Assert.Equal(SystemError.None, TcpSocket.TryConnect(first.Local, out var client));
            clients.Add(client!);
        }

        while (taken.Sum() < clients.Count)
        {
            taken[0] += AcceptAll(first);
            taken[1] += AcceptAll(second);
        }

        Assert.All(taken, count => Assert.True(count > 0));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void TryOpen_PortOfAListenerThatDoesNotShare_AddressInUse()
    {
        using var other = new System.Net.Sockets.Socket(
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp
        );
        other.Bind(Loopback.ToEndPoint());
        other.Listen();
        var taken = NetworkAddress.From((System.Net.IPEndPoint)other.LocalEndPoint!);
        Assert.Equal(SystemError.AddressInUse, TcpListener.TryOpen(taken, out var listener));
        Assert.Null(listener);
    }

    [Fact]
    public void Send_PiecesOfABatch_ComeInOrder()
    {
        using var pair = Pair.Open();
        var pool = new PacketPool(index: 0, slots: 2);
        var batch = new GatherBatch();
        for (var piece = 0; piece < 2; piece++)
        {
            Assert.True(pool.TryRent(out var handle));
            var slot = pool.Slot(handle)[..3];
            slot.Fill((byte)(piece + 1));
            batch.Add(slot);
        }

        Assert.Equal(2, batch.Count);
        Assert.Equal(SystemError.None, pair.Server.Send(batch, out var sent));
        Assert.Equal((6, 0), (sent, batch.Count));
        Assert.Equal([1, 1, 1, 2, 2, 2], Read(pair.Client, 6));
        Assert.Equal(SystemError.WouldBlock, pair.Client.Receive(new byte[8], out _));
    }

    [Fact]
    public void Receive_OtherEndCloses_NoBytesAndNoError()
    {
        using var pair = Pair.Open();
        pair.Client.Dispose();
        Assert.Equal(SystemError.None, Wait.Receive(pair.Server, new byte[8], out var length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void Abort_OtherEnd_IsToldOfAReset()
    {
        using var pair = Pair.Open();
        pair.Server.Abort();
        Assert.Equal(
            SystemError.ConnectionReset,
            Wait.Receive(pair.Client, new byte[8], out var length)
        );
        Assert.Equal(0, length);
    }

    /// <summary>It is over for whoever has it open, and for the other end: no process has to close it first.</summary>
    [Fact]
    public void ShutDown_BothEnds_AreToldThoughItIsOpen()
    {
        using var pair = Pair.Open();
        pair.Server.ShutDown();
        Assert.Equal(SystemError.None, Wait.Receive(pair.Client, new byte[8], out var length));
        Assert.Equal(0, length);
        Assert.Equal(SystemError.None, pair.Server.Receive(new byte[8], out length));
        Assert.Equal(0, length);
    }

    /// <summary>A connection that the other end is done with is an error, and no signal to the process.</summary>
    [Fact]
    public void Send_AfterTheOtherEndIsGone_ErrorAndNoSignal()
    {
        using var pair = Pair.Open();
        pair.Client.Dispose();
        var bytes = GC.AllocateArray<byte>(100, pinned: true);
        var batch = new GatherBatch();
        SystemError error;
        do
        {
            batch.Add(bytes);
            error = pair.Server.Send(batch, out _);
        } while (error == SystemError.None);

        Assert.True(error is SystemError.BrokenPipe or SystemError.ConnectionReset, $"{error}");
    }

    /// <summary>What the other end does not read soon finds no room: little waits in the kernel that could be
    /// dropped here; and epoll tells when there is room again.</summary>
    [Fact]
    public void Send_OtherEndReadsNothing_WouldBlockUntilItReads()
    {
        using var pair = Pair.Open();
        using var waiting = new Waiting();
        Assert.Equal(SystemError.None, waiting.Epoll.Watch(pair.Server, 5));
        var batch = new GatherBatch();
        var bytes = GC.AllocateArray<byte>(60_000, pinned: true);
        long total = 0;
        SystemError error;
        do
        {
            batch.Add(bytes);
            error = pair.Server.Send(batch, out var sent);
            total += sent;
        } while (error == SystemError.None);

        Assert.Equal(SystemError.WouldBlock, error);
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));
        Assert.Equal(SystemError.None, waiting.Epoll.AwaitRoom(pair.Server, 5));
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));

        _ = Read(pair.Client, (int)total);
        Assert.Equal(EpollReady.Connection, waiting.Epoll.Wait(10_000));
        Assert.Equal([5], waiting.Epoll.ReadyConnections.ToArray());
        Assert.Equal(SystemError.None, waiting.Epoll.AwaitNoRoom(pair.Server, 5));
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));
    }

    /// <summary>A listener is told once for what came; a connection for as long as it is not read.</summary>
    [Fact]
    public void Wait_ListenerAndConnection_EdgeAndLevel()
    {
        using var listener = Open(Loopback);
        using var waiting = new Waiting();
        Assert.Equal(SystemError.None, waiting.Epoll.Watch(listener));
        Assert.Equal(SystemError.None, TcpSocket.TryConnect(listener.Local, out var dialled));
        using var client = dialled!;
        Assert.Equal(EpollReady.Listener, waiting.Epoll.Wait(10_000));
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));
        Assert.Equal(SystemError.None, Wait.Accept(listener, out var accepted));
        using var server = accepted!;
        Assert.Equal(SystemError.None, waiting.Epoll.Watch(server, 70_000));
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));

        client.Dispose();
        for (var look = 0; look < 2; look++)
        {
            Assert.Equal(EpollReady.Connection, waiting.Epoll.Wait(10_000));
            Assert.Equal([70_000], waiting.Epoll.ReadyConnections.ToArray());
        }

        server.Dispose();
        Assert.Equal(EpollReady.None, waiting.Epoll.Wait(0));
    }

    /// <summary>[HotPath] Receive, Send, Add, AwaitRoom, AwaitNoRoom.</summary>
    [Fact]
    public void Send_Receive_Add_AwaitRoom_AwaitNoRoom_AllocateNothing()
    {
        using var pair = Pair.Open();
        using var waiting = new Waiting();
        Assert.Equal(SystemError.None, waiting.Epoll.Watch(pair.Server, 1));
        var batch = new GatherBatch();
        var bytes = GC.AllocateArray<byte>(100, pinned: true);
        var received = new byte[1000];
        AllocationAssert.None(
            () =>
            {
                batch.Add(bytes);
                _ = pair.Server.Send(batch, out _);
                _ = pair.Client.Receive(received, out _);
                _ = waiting.Epoll.AwaitRoom(pair.Server, 1);
                _ = waiting.Epoll.AwaitNoRoom(pair.Server, 1);
            },
            iterations: 1000
        );
    }

    /// <summary>Once raised it cannot be raised further.</summary>
    [Fact]
    public void Raise_Twice_SameLimit()
    {
        var limit = DescriptorLimit.Raise();
        Assert.InRange(limit, 64, int.MaxValue);
        Assert.Equal(limit, DescriptorLimit.Raise());
    }

    private static TcpListener Open(NetworkAddress local)
    {
        Assert.Equal(SystemError.None, TcpListener.TryOpen(local, out var listener));
        return listener!;
    }

    private static int AcceptAll(TcpListener listener)
    {
        var count = 0;
        while (listener.Accept(out var socket) == SystemError.None)
        {
            socket!.Dispose();
            count++;
        }

        return count;
    }

    private static byte[] Read(TcpSocket socket, int length)
    {
        var bytes = new byte[length];
        var come = 0;
        while (come < length)
        {
            Assert.Equal(SystemError.None, Wait.Receive(socket, bytes.AsSpan(come), out var more));
            Assert.True(more > 0, "The connection ended early.");
            come += more;
        }

        return bytes;
    }

    /// <summary>Calls again until there is something: loopback hands over in the background.</summary>
    private static class Wait
    {
        public static SystemError Accept(TcpListener listener, out TcpSocket? socket)
        {
            SystemError error;
            do
            {
                error = listener.Accept(out socket);
            } while (error == SystemError.WouldBlock);

            return error;
        }

        public static SystemError Receive(TcpSocket socket, Span<byte> bytes, out int length)
        {
            SystemError error;
            do
            {
                error = socket.Receive(bytes, out length);
            } while (error == SystemError.WouldBlock);

            return error;
        }
    }

    private sealed class Pair : IDisposable
    {
        public required TcpListener Listener { get; init; }

        public required TcpSocket Client { get; init; }

        public required TcpSocket Server { get; init; }

        public static Pair Open(string address = "127.0.0.1:0")
        {
            Assert.True(NetworkAddress.TryParse(address, out var local));
            var listener = TcpSocketTests.Open(local);
            Assert.Equal(SystemError.None, TcpSocket.TryConnect(listener.Local, out var client));
            Assert.Equal(SystemError.None, Wait.Accept(listener, out var server));
            return new Pair
            {
                Listener = listener,
                Client = client!,
                Server = server!,
            };
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
            Listener.Dispose();
        }
    }

    private sealed class Waiting : IDisposable
    {
        private readonly UdpSocket _socket;
        private readonly EventFd _wake;

        public Waiting()
        {
            Assert.Equal(SystemError.None, UdpSocket.TryOpen(new(Loopback), out var socket));
            Assert.Equal(SystemError.None, EventFd.TryCreate(out var wake));
            Assert.Equal(SystemError.None, Epoll.TryCreate(socket!, wake!, out var epoll));
            (_socket, _wake, Epoll) = (socket!, wake!, epoll!);
        }

        public Epoll Epoll { get; }

        public void Dispose()
        {
            Epoll.Dispose();
            _wake.Dispose();
            _socket.Dispose();
        }
    }
}
