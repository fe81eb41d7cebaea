using System.Net.Sockets;
using System.Text;
using Edge.Native.Sockets;
using Edge.Primitives;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>Open connections given from process to process, here within one.</summary>
public sealed class SocketHandOverTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortly = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-handover-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What had come stays to be read, both addresses are those of the connection, and the giver's end can be closed.</summary>
    [Fact]
    public async Task Give_ConnectionWithBytes_TakerFindsItWhole()
    {
        using var taker = Listen(backlog: 8);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        using (var given = Accept(client))
        {
            client.Send("hello"u8);
            var seen = new byte[2];
            int length;
            while (given.Peek(seen, out length) == SystemError.WouldBlock) { }

            Assert.Equal((2, (byte)'h'), (length, seen[0]));
            Assert.Equal(SystemError.None, new SocketHandOver(Path).Give(given));
        }

        using var link = taker.Accept();
        Assert.Equal(SystemError.None, SocketHandOver.Take(link.SafeHandle, out var handle));
        using var taken = new Socket(handle!);
        Assert.Equal(client.LocalEndPoint, taken.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, taken.LocalEndPoint);
        var bytes = new byte[16];
        Assert.Equal("hello", Encoding.ASCII.GetString(bytes, 0, await taken.ReceiveAsync(bytes)));
        await taken.SendAsync(Encoding.ASCII.GetBytes("there"));
        Assert.Equal("there", Encoding.ASCII.GetString(bytes, 0, await client.ReceiveAsync(bytes)));
    }

    [Fact]
    public void Give_NobodyListens_SaysSoAtOnce()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        using var given = Accept(client);
        var handOver = new SocketHandOver(Path);
        Assert.Equal(SystemError.NoSuchFile, handOver.Give(given));
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, default))
        {
            left.Bind(new UnixDomainSocketEndPoint(Path));
            Assert.Equal(SystemError.ConnectionRefused, handOver.Give(given));
        }
    }

    /// <summary>A process that hangs takes what its queue holds; then it is as one that is not there.</summary>
    [Fact]
    public void Give_TakerTakesNothing_BoundedThenSaysSo()
    {
        using var taker = Listen(backlog: 4);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        using var given = Accept(client);
        var handOver = new SocketHandOver(Path);
        var count = 0;
        while (handOver.Give(given) == SystemError.None)
        {
            Assert.True(++count <= 8, "The queue has no bound.");
        }

        Assert.Equal(SystemError.WouldBlock, handOver.Give(given));
    }

    /// <summary>A link goes both ways, and each end learns from the kernel whose process is at the other.</summary>
    [Fact]
    public void TryConnect_SomebodyListens_BothEndsKnowTheOthersUser()
    {
        using var taker = Listen(backlog: 8);
        Assert.Equal(SystemError.None, new SocketHandOver(Path).TryConnect(Within, out var handle));
        using var link = new Socket(handle!);
        using var accepted = taker.Accept();
        link.Send("a"u8);
        accepted.Send("b"u8);
        Assert.Equal((1, 1), (accepted.Receive(new byte[2]), link.Receive(new byte[2])));

        foreach (var end in (Socket[])[link, accepted])
        {
            Assert.Equal(SystemError.None, LocalPeer.TryReadUser(end.SafeHandle, out var user));
            Assert.Equal((LocalPeer.OwnUser, Environment.IsPrivilegedProcess), (user, user == 0));
        }
    }

    [Fact]
    public void TryConnect_NobodyListens_SaysSoAtOnce()
    {
        var handOver = new SocketHandOver(Path);
        Assert.Equal(SystemError.NoSuchFile, handOver.TryConnect(Within, out var none));
        Assert.Null(none);
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        left.Bind(new UnixDomainSocketEndPoint(Path));
        Assert.Equal(SystemError.ConnectionRefused, handOver.TryConnect(Within, out none));
        Assert.Null(none);
    }

    /// <summary>A process that hangs holds up nobody for longer than the limit.</summary>
    [Fact]
    public void TryConnect_TakerTakesNothing_GivesUp()
    {
        using var taker = Listen(backlog: 1);
        var waiting = new List<SafeSocketHandle>();
        SystemError error;
        while (
            (error = new SocketHandOver(Path).TryConnect(Shortly, out var link)) == SystemError.None
        )
        {
            waiting.Add(link!);
            Assert.True(waiting.Count < 10, "The queue has no bound.");
        }

        Assert.Equal(SystemError.WouldBlock, error);
        waiting.ForEach(link => link.Dispose());
    }

    /// <summary>Room that comes within the limit is used.</summary>
    [Fact]
    public async Task TryConnect_TakerTakesAgain_Connects()
    {
        using var taker = Listen(backlog: 0);
        Assert.Equal(SystemError.None, new SocketHandOver(Path).TryConnect(Within, out var first));
        Assert.Equal(SystemError.WouldBlock, new SocketHandOver(Path).TryConnect(Shortly, out _));
        using var holds = first;
        var connecting = Task.Run(() =>
        {
            var error = new SocketHandOver(Path).TryConnect(Within, out var link);
            link?.Dispose();
            return error;
        });
        using var taken = await taker.AcceptAsync();
        Assert.Equal(SystemError.None, await connecting.WaitAsync(Within));
    }

    [Fact]
    public void TryReadUser_NoSocket_SaysSo()
    {
        using var file = File.OpenHandle("/dev/null");
        using var handle = new SafeSocketHandle(file.DangerousGetHandle(), ownsHandle: false);
        Assert.NotEqual(SystemError.None, LocalPeer.TryReadUser(handle, out var user));
        Assert.Equal(uint.MaxValue, user);
    }

    /// <summary>Who dials and gives nothing, or bytes alone, has given nothing.</summary>
    [Fact]
    public void Take_NoDescriptor_None()
    {
        using var taker = Listen(backlog: 8);
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        other.Connect(new UnixDomainSocketEndPoint(Path));
        using var link = taker.Accept();
        Assert.Equal(SystemError.WouldBlock, SocketHandOver.Take(link.SafeHandle, out var none));
        Assert.Null(none);
        other.Send("bytes"u8);
        Assert.Equal(SystemError.None, SocketHandOver.Take(link.SafeHandle, out none));
        Assert.Null(none);
    }

    [Fact]
    public void Create_PathTooLong_Throws() =>
        Assert.Throws<ArgumentException>(
            "path",
            () => new SocketHandOver("/" + new string('a', SocketHandOver.PathBytesMax))
        );

    /// <summary>Of a connection that was given away and let go of here, nothing is told any more.</summary>
    [Fact]
    public void Unwatch_GivenAway_NothingIsTold()
    {
        using var taker = Listen(backlog: 8);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var wake));
        Assert.Equal(SystemError.None, Epoll.TryCreate(wake!, out var epoll));
        using (wake)
        using (epoll)
        {
            using (var given = Accept(client))
            {
                Assert.Equal(SystemError.None, epoll!.WatchArrivals(given, index: 3));
                client.Send("a"u8);
                Assert.Equal(EpollReady.Connection, epoll.Wait(10_000));
                Assert.Equal(3, Assert.Single(epoll.ReadyConnections.ToArray()));
                Assert.Equal(EpollReady.None, epoll.Wait(0));
                client.Send("b"u8);
                Assert.Equal(EpollReady.Connection, epoll.Wait(10_000));
                Assert.Equal(SystemError.None, new SocketHandOver(Path).Give(given));
                Assert.Equal(SystemError.None, epoll.Unwatch(given));
            }

            client.Send("c"u8);
            client.Dispose();
            Assert.Equal(EpollReady.None, epoll!.Wait(100));
        }
    }

    private static TcpSocket Accept(Socket client)
    {
        Assert.Equal(
            SystemError.None,
            Edge.Native.Sockets.TcpListener.TryOpen(
                NetworkAddress.FromIPv4(0x7F000001, 0),
                out var opened
            )
        );
        using var listener = opened!;
        client.Connect(listener.Local.ToEndPoint());
        TcpSocket? accepted;
        while (listener.Accept(out accepted) == SystemError.WouldBlock) { }

        return accepted!;
    }

    private Socket Listen(int backlog)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        socket.Listen(backlog);
        return socket;
    }
}
