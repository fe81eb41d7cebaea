using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.Sessions;
using Edge.Primitives;
using Xunit;
using TcpListener = Edge.Native.Sockets.TcpListener;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>The place where edges meet is known to everybody: whoever listens or calls there is not believed for that alone, and
/// keeps no edge from taking connections.</summary>
public sealed class FrontTrustTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Trusts another user than the one at both ends of each link here.</summary>
    private static readonly FrontTrust Others = new([LocalPeer.OwnUser + 1]);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-trust-").FullName;
    private readonly LogLines<MediaNode> _log = new();

    private FrontOptions Front { get; }

    private string Meeting => FrontSuccession.PathOf(Front)!;

    public FrontTrustTests()
    {
        using var listener = OpenListener();
        Front = new FrontOptions
        {
            Addresses = [listener.Local],
            ControlSocket = Path.Combine(_folder, "s"),
        };
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Own_ThisUserAndRoot_NobodyElse() =>
        Assert.Equal($"{LocalPeer.OwnUser} 0", string.Join(" ", FrontTrust.Own.Users));

    /// <summary>Who gives what nobody asked for is not waited for: it may never leave.</summary>
    [Fact]
    public async Task Start_PredecessorGivesAnotherAddress_ConnectionsAreTakenAtOnce()
    {
        using var other = OpenListener();
        using var door = Listen(backlog: 8);
        var giving = GiveAsync(door, other);
        await using var node = await StartAsync();
        using var link = await giving.WaitAsync(Within);

        await ExpectTakenAsync(node);
        Assert.Equal(1, _log.Count("It has none of this edge's addresses."));
        Assert.True(FrontSuccession.HasEnded(link, waitMs: 10_000));
    }

    /// <summary>An edge that hangs takes nobody from its queue.</summary>
    [Fact]
    public async Task Start_PredecessorHangsWithAFullQueue_ConnectionsAreTakenAllTheSame()
    {
        using var door = Listen(backlog: 1);
        var waiting = new List<SafeSocketHandle>();
        SystemError error;
        while (
            (
                error = new SocketHandOver(Meeting).TryConnect(
                    TimeSpan.FromMilliseconds(50),
                    out var link
                )
            ) == SystemError.None
        )
        {
            waiting.Add(link!);
            Assert.True(waiting.Count < 10, "The queue has no bound.");
        }

        Assert.Equal(SystemError.WouldBlock, error);
        await using var node = await StartAsync();
        await ExpectTakenAsync(node);
        Assert.Equal(1, _log.Count("It cannot be reached"));
        waiting.ForEach(link => link.Dispose());
    }

    [Fact]
    public async Task Find_ProcessOfAnotherUser_NothingIsTakenFromIt()
    {
        using var listener = TcpListenerOf(Front);
        using var door = Listen(backlog: 8);
        var giving = GiveAsync(door, listener);
        Assert.Null(FrontPredecessor.Find(Meeting, Front.Addresses, Others, _log));
        using (var link = await giving.WaitAsync(Within))
        {
            Assert.True(FrontSuccession.HasEnded(link, waitMs: 10_000));
        }

        Assert.Equal(1, _log.Count($"It is a process of another user ({LocalPeer.OwnUser})."));

        // The same one, believed.
        giving = GiveAsync(door, listener);
        using var found = FrontPredecessor.Find(Meeting, Front.Addresses, FrontTrust.Own, _log);
        using var believed = await giving.WaitAsync(Within);
        using var taken = found!.Take(Front.Addresses[0]);
        Assert.NotNull(taken);
        Assert.False(FrontSuccession.HasEnded(believed));
    }

    [Fact]
    public void Poll_CallerOfAnotherUser_IsGivenNothing()
    {
        using var listener = TcpListenerOf(Front);
        using (var wary = FrontSuccession.Open(Meeting, Others, _log))
        {
            using var caller = Call();
            wary.Poll([listener]);
            Assert.False(wary.HasSuccessor);
            Assert.True(FrontSuccession.HasEnded(caller, waitMs: 10_000));
        }

        Assert.Equal(1, _log.Count($"It is a process of another user ({LocalPeer.OwnUser})."));

        // The same one, believed.
        using var trusting = FrontSuccession.Open(Meeting, FrontTrust.Own, _log);
        using var given = Call();
        trusting.Poll([listener]);
        Assert.True(trusting.HasSuccessor);
        Assert.True(given.Available > 0);
    }

    private Socket Call()
    {
        var error = new SocketHandOver(Meeting).TryConnect(Within, out var link);
        Assert.Equal(SystemError.None, error);
        return new Socket(link!);
    }

    private static async Task<Socket> GiveAsync(Socket door, TcpListener listener)
    {
        var link = await door.AcceptAsync();
        if (SocketHandOver.Give(link.SafeHandle, listener) == SystemError.None)
        {
            try
            {
                _ = await link.SendAsync(new byte[] { 0 }, SocketFlags.None).WaitAsync(Within);
            }
            catch (SocketException)
            {
                // Who does not believe this one is gone already; the tests look at that themselves.
            }
        }

        return link;
    }

    /// <summary>Starts on another thread: one that waits for ever fails the test, and does not hold it.</summary>
    private Task<NodeHarness> StartAsync()
    {
        var options = NodeHarness.Options() with { Front = Front };
        return Task.Run(() => new NodeHarness(options, "front", _log)).WaitAsync(Within);
    }

    private async Task ExpectTakenAsync(NodeHarness node)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        using var limit = new CancellationTokenSource(Within);
        await client.ConnectAsync(Front.Addresses[0].ToEndPoint(), limit.Token);
        await Serving.Waiting.UntilAsync(
            () => node.Node.FrontStats.Accepted > 0,
            Within.TotalSeconds
        );
    }

    private Socket Listen(int backlog)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        socket.Bind(new UnixDomainSocketEndPoint(Meeting));
        socket.Listen(backlog);
        return socket;
    }

    private static TcpListener OpenListener() => Open(NetworkAddress.FromIPv4(0x7F580302, 0));

    private static TcpListener TcpListenerOf(FrontOptions options) => Open(options.Addresses[0]);

    private static TcpListener Open(in NetworkAddress address)
    {
        Assert.Equal(SystemError.None, TcpListener.TryOpen(address, out var listener));
        return listener!;
    }
}
