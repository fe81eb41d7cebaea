using System.Runtime.CompilerServices;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>Waiting and waking, and the shapes the kernel expects.</summary>
public sealed class EpollTests
{
    [Fact]
    public void Wait_SocketAndEventReady_SaysBothUntilTheyAreServed()
    {
        Assert.Equal(
            SystemError.None,
            UdpSocket.TryOpen(new(NetworkAddress.FromIPv4(0x7F000001, 0)), out var opened)
        );
        using var socket = opened!;
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wake, out var made));
        using var epoll = made!;

        Assert.Equal(EpollReady.None, epoll.Wait(0));

        wake.Signal();
        wake.Signal();
        Assert.Equal(EpollReady.Event, epoll.Wait(1000));

        var send = new SendBatch(1);
        send.Commit(3, socket.Local, default);
        Assert.Equal(1, socket.Send(send));
        Assert.Equal(EpollReady.Event | EpollReady.Socket, epoll.Wait(1000));

        wake.Clear();
        wake.Clear();
        Assert.Equal(EpollReady.Socket, epoll.Wait(1000));
    }

    [Fact]
    public void Watch_FurtherSockets_EachIsToldByItsIndexUntilItIsClosed()
    {
        using var socket = Open();
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wake, out var made));
        using var epoll = made!;
        const int Large = 70_000;
        using var first = Open();
        using var second = Open();
        Assert.Equal(SystemError.None, epoll.Watch(first, 0));
        Assert.Equal(SystemError.None, epoll.Watch(second, Large));
        Assert.Equal(SystemError.AlreadyExists, epoll.Watch(second, 1));
        Assert.Equal(EpollReady.None, epoll.Wait(0));

        SendTo(first, second);
        Assert.Equal(EpollReady.Port, epoll.Wait(1000));
        Assert.Equal([0, Large], epoll.ReadyPorts.ToArray().Order());
        first.Dispose();
        Assert.Equal(EpollReady.Port, epoll.Wait(1000));
        Assert.Equal([Large], epoll.ReadyPorts.ToArray());
        second.Dispose();
        Assert.Equal(EpollReady.None, epoll.Wait(0));
        Assert.Empty(epoll.ReadyPorts.ToArray());
    }

    /// <summary>More than one wait tells are told by the next ones.</summary>
    [Fact]
    public void Wait_MoreSocketsThanAWaitTells_EachIsToldInTurn()
    {
        const int Sockets = 40;
        using var socket = Open();
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wake, out var made));
        using var epoll = made!;
        var further = Enumerable.Range(0, Sockets).Select(_ => Open()).ToArray();
        for (var index = 0; index < Sockets; index++)
        {
            Assert.Equal(SystemError.None, epoll.Watch(further[index], index));
        }

        SendTo(further);
        var told = new HashSet<int>();
        for (var turn = 0; turn < Sockets && told.Count < Sockets; turn++)
        {
            Assert.Equal(EpollReady.Port, epoll.Wait(1000));
            told.UnionWith(epoll.ReadyPorts.ToArray());
        }

        Assert.Equal(Sockets, told.Count);
        Array.ForEach(further, one => one.Dispose());
    }

    private static UdpSocket Open()
    {
        var options = new UdpSocketOptions(NetworkAddress.FromIPv4(0x7F000001, 0))
        {
            SharesPort = false,
        };
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(options, out var opened));
        return opened!;
    }

    private static void SendTo(params UdpSocket[] sockets)
    {
        using var sender = Open();
        var send = new SendBatch(sockets.Length);
        foreach (var socket in sockets)
        {
            send.Commit(3, socket.Local, default);
        }

        Assert.Equal(sockets.Length, sender.Send(send));
    }

    [Fact]
    public void Wait_SignalFromAnotherThread_EndsTheWait()
    {
        Assert.Equal(
            SystemError.None,
            UdpSocket.TryOpen(new(NetworkAddress.FromIPv4(0x7F000001, 0)), out var opened)
        );
        using var socket = opened!;
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wake, out var made));
        using var epoll = made!;

        var thread = new Thread(wake.Signal);
        thread.Start();

        Assert.Equal(EpollReady.Event, epoll.Wait(10_000));
        thread.Join();
    }

    /// <summary>[HotPath] Wait, Signal, Clear.</summary>
    [Fact]
    public void Wait_Signal_Clear_AllocateNothing()
    {
        Assert.Equal(
            SystemError.None,
            UdpSocket.TryOpen(new(NetworkAddress.FromIPv4(0x7F000001, 0)), out var opened)
        );
        using var socket = opened!;
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(SystemError.None, Epoll.TryCreate(socket, wake, out var made));
        using var epoll = made!;
        AllocationAssert.None(
            () =>
            {
                wake.Signal();
                _ = epoll.Wait(0);
                wake.Clear();
            },
            iterations: 1000
        );
    }

    /// <summary>struct mmsghdr is 64 bytes and struct iovec 16 on 64-bit Linux.</summary>
    [Fact]
    public void KernelStructures_Sizes_MatchTheAbi()
    {
        Assert.Equal(64, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(16, Unsafe.SizeOf<IoVector>());
    }
}
