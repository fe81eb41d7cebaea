using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.HandOver.Connections;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Xunit;
using TcpListener = Edge.Native.Sockets.TcpListener;

namespace Edge.Node.Tests.HandOver.Connections;

/// <summary>The socket where processes of a machine give each other connections has a name that everybody on it can read: who
/// calls there is not believed for that.</summary>
public sealed class ConnectionDoorTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Trusts another user than the one at both ends of each link here.</summary>
    private static readonly FrontTrust Others = new([LocalPeer.OwnUser + 1]);

    private readonly ArrivedConnections _arrived = new();
    private readonly LogLines<MediaNode> _log = new();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(each => each.Dispose());
        _arrived.Dispose();
    }

    [Fact]
    public async Task Give_Connection_ArrivesWithWhatBelongsToIt()
    {
        var door = Open(FrontTrust.Own);
        var (client, connection) = Connect(token: 5, arrived: [1, 2, 3], unsent: [4]);
        var (_, other) = Connect(token: 6);
        Assert.True(await CourierOf(FrontTrust.Own).IsHereAsync(door.Place));
        Assert.True(await CourierOf(FrontTrust.Own).TryGiveAsync(door.Place, [connection, other]));

        using var taken = _arrived.Take(5)!;
        Assert.Equal([1, 2, 3], taken.Arrived.ToArray());
        Assert.Equal([4], taken.Unsent.ToArray());
        Assert.Equal(connection.Socket.Remote, taken.Socket.Remote);
        Assert.Null(_arrived.Take(5));
        Assert.NotNull(_arrived.Take(6));

        // Closed where it came from, it is open all the same.
        connection.Dispose();
        Assert.Equal(2, await client.SendAsync(new byte[] { 7, 8 }));
        Assert.Equal([7, 8], await ReceiveAsync(taken.Socket, bytes: 2));
    }

    [Fact]
    public async Task Give_ToAProcessOfAnotherUser_NothingIsGiven()
    {
        var door = Open(FrontTrust.Own);
        var (_, connection) = Connect(token: 5);
        Assert.False(await CourierOf(Others).IsHereAsync(door.Place));
        Assert.False(await CourierOf(Others).TryGiveAsync(door.Place, [connection]));
        Assert.Equal(0, _arrived.Count);
        Assert.Equal(2, _log.Count($"It is a process of another user ({LocalPeer.OwnUser})."));
    }

    [Fact]
    public async Task Take_FromAProcessOfAnotherUser_NothingIsTaken()
    {
        var door = Open(Others);
        var (_, connection) = Connect(token: 5);
        Assert.False(await CourierOf(FrontTrust.Own).TryGiveAsync(door.Place, [connection]));
        Assert.Equal(0, _arrived.Count);
        Assert.Equal(1, _log.Count($"It is a process of another user ({LocalPeer.OwnUser})."));
    }

    [Fact]
    public async Task Give_NobodyIsThere_IsFalse()
    {
        var door = Open(FrontTrust.Own);
        door.Dispose();
        Assert.False(await CourierOf(FrontTrust.Own).IsHereAsync(door.Place));
        Assert.False(await CourierOf(FrontTrust.Own).IsHereAsync(UInt128.Zero));
    }

    /// <summary>Without a descriptor, of another version, or a web request: the link ends, and the next one is served.</summary>
    [Theory]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("0100000000000000000000000000000005000000000000000000")]
    [InlineData("474554202f20485454502f312e310d0a0d0a")]
    public async Task Call_Junk_IsSentAway(string hex)
    {
        var door = Open(FrontTrust.Own);
        using var link = Call(door);
        _ = await link.SendAsync(Convert.FromHexString(hex));
        await ExpectEndAsync(link);
        Assert.Equal(0, _arrived.Count);
        await ExpectServedAsync(door);
    }

    /// <summary>More than any connection brings is not made room for.</summary>
    [Fact]
    public async Task Call_TooLong_IsSentAwayAndTheConnectionClosed()
    {
        var door = Open(FrontTrust.Own);
        var (client, connection) = Connect(token: 5);
        using var link = Call(door);
        Assert.Equal(SystemError.None, SocketHandOver.Give(link.SafeHandle, connection.Socket));
        connection.Dispose();
        var header = new byte[24];
        header[20] = 0x7F;
        _ = await link.SendAsync(header);
        await ExpectEndAsync(link);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Within));
        await ExpectServedAsync(door);
    }

    /// <summary>What is no connection is not kept, and what comes behind it is.</summary>
    [Fact]
    public async Task Call_DescriptorOfAListener_IsNotKept()
    {
        var door = Open(FrontTrust.Own);
        using var link = Call(door);
        Assert.Equal(SystemError.None, SocketHandOver.Give(link.SafeHandle, Listener()));
        _ = await link.SendAsync(new byte[24]);
        var answer = new byte[1];
        Assert.Equal(1, await link.ReceiveAsync(answer).WaitAsync(Within));
        Assert.Equal(0, answer[0]);
        Assert.Equal(0, _arrived.Count);
        var (_, connection) = Connect(token: 5);
        using var cancellation = new CancellationTokenSource(Within);
        Assert.True(await ConnectionLink.TryGiveAsync(link, connection, cancellation.Token));
        Assert.Equal(1, _arrived.Count);
    }

    /// <summary>A session is not to go where its connection is not kept.</summary>
    [Fact]
    public async Task TryGive_NoRoom_GiverHearsIt()
    {
        var door = Open(FrontTrust.Own);
        var (_, first) = Connect(token: 5);
        Assert.True(_arrived.TryAdd(first, Instant.Zero));
        var (_, second) = Connect(token: 5);
        using var link = Call(door);
        using var cancellation = new CancellationTokenSource(Within);
        Assert.False(await ConnectionLink.TryGiveAsync(link, second, cancellation.Token));
        Assert.Equal(1, _arrived.Count);
    }

    /// <summary>Who says half and then nothing keeps the others waiting for no longer than a link may last.</summary>
    [Fact]
    public async Task Call_HalfAndThenSilence_IsSentAwayAndTheConnectionClosed()
    {
        var door = Open(FrontTrust.Own, linkWithin: TimeSpan.FromMilliseconds(200));
        var (client, connection) = Connect(token: 5);
        using var link = Call(door);
        Assert.Equal(SystemError.None, SocketHandOver.Give(link.SafeHandle, connection.Socket));
        connection.Dispose();
        _ = await link.SendAsync(new byte[10]);
        await ExpectEndAsync(link);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Within));
        Assert.Equal(0, _arrived.Count);
    }

    /// <summary>An error of ours ends the link that it befalls, and no other one; it is said once. The error is that there is no list
    /// of users.</summary>
    [Fact]
    public async Task Call_ServingFails_TheNextIsServedAndItIsLoggedOnce()
    {
        var door = Open(new FrontTrust(default));
        for (var call = 0; call < 3; call++)
        {
            using var link = Call(door);
            await ExpectEndAsync(link);
        }

        Assert.Equal(1, _log.Count("An error of ours"));
    }

    [Fact]
    public async Task KeepHouse_NoSessionCame_ConnectionIsClosed()
    {
        var (client, connection) = Connect(token: 5);
        Assert.True(_arrived.TryAdd(connection, Instant.Zero));
        _arrived.KeepHouse(Instant.Zero + ArrivedConnections.KeepFor - TimeSpan.FromTicks(1));
        Assert.Equal(1, _arrived.Count);
        _arrived.KeepHouse(Instant.Zero + ArrivedConnections.KeepFor);
        Assert.Equal(0, _arrived.Count);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Within));
    }

    [Fact]
    public void TryAdd_TooManyBytesOrTheSameName_IsNotKept()
    {
        var (_, connection) = Connect(token: 5);
        Assert.True(_arrived.TryAdd(connection, Instant.Zero));
        var (_, twin) = Connect(token: 5);
        Assert.False(_arrived.TryAdd(twin, Instant.Zero));
        twin.Dispose();
        var (_, large) = Connect(token: 6, arrived: new byte[ArrivedConnections.BytesMax + 1]);
        Assert.False(_arrived.TryAdd(large, Instant.Zero));
        large.Dispose();

        _arrived.Dispose();
        var (_, late) = Connect(token: 7);
        Assert.False(_arrived.TryAdd(late, Instant.Zero));
        late.Dispose();
    }

    private ConnectionCourier CourierOf(FrontTrust trust) => new(trust, _log);

    private ConnectionDoor Open(FrontTrust trust, TimeSpan? linkWithin = null)
    {
        var door = ConnectionDoor.TryOpen(
            _arrived,
            trust,
            new NodeClock(),
            _log,
            linkWithin ?? ConnectionDoor.LinkWithinDefault
        );
        Assert.NotNull(door);
        _open.Add(door);
        door.Start();
        return door;
    }

    private static Socket Call(ConnectionDoor door)
    {
        var path = ConnectionLink.PathOf(door.Place);
        Assert.Equal(SystemError.None, new SocketHandOver(path).TryConnect(Within, out var link));
        return new Socket(link!);
    }

    private TcpListener Listener()
    {
        var error = TcpListener.TryOpen(NetworkAddress.FromIPv4(0x7F000001, 0), out var listener);
        Assert.Equal(SystemError.None, error);
        _open.Add(listener!);
        return listener!;
    }

    private (Socket Client, MovingConnection Connection) Connect(
        UInt128 token,
        byte[]? arrived = null,
        byte[]? unsent = null
    )
    {
        var listener = Listener();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _open.Add(client);
        client.Connect(listener.Local.ToEndPoint());
        TcpSocket? socket = null;
        Assert.True(
            SpinWait.SpinUntil(
                () => listener.Accept(out socket) == SystemError.None,
                TimeSpan.FromSeconds(10)
            )
        );
        var connection = new MovingConnection(token, socket!, arrived ?? [], unsent ?? []);
        _open.Add(connection);
        return (client, connection);
    }

    private static async Task ExpectEndAsync(Socket link)
    {
        try
        {
            Assert.Equal(0, await link.ReceiveAsync(new byte[1]).WaitAsync(Within));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread.
        }
    }

    private async Task ExpectServedAsync(ConnectionDoor door)
    {
        var (_, connection) = Connect(token: 99);
        Assert.True(await CourierOf(FrontTrust.Own).TryGiveAsync(door.Place, [connection]));
        Assert.NotNull(_arrived.Take(99));
    }

    private static async Task<byte[]> ReceiveAsync(TcpSocket socket, int bytes)
    {
        var read = new byte[bytes];
        var have = 0;
        await Serving.Waiting.UntilAsync(() =>
        {
            _ = socket.Receive(read.AsSpan(have), out var length);
            have += length;
            return have == bytes;
        });
        return read;
    }
}
