using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.Sessions;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>An edge takes another one's place at the front while connections come: none of them is refused, reset or left
/// waiting.</summary>
public sealed class FrontSuccessionTests : IDisposable
{
    private const int Dialers = 4;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-front-").FullName;
    private readonly NetworkAddress _address = FreeAddress();
    private readonly CancellationTokenSource _over = new();
    private long _served;
    private long _dialled;

    private string Path => System.IO.Path.Combine(_folder, "s");

    public void Dispose()
    {
        _over.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Leave_AnotherEdgeIsThere_EachConnectionIsTaken()
    {
        using var control = Listen();
        var serving = ServeAsync(control);
        await using var old = new NodeHarness(Options(), "old");
        var dialling = Enumerable.Range(0, Dialers).Select(_ => Task.Run(DialAsync)).ToList();
        await GoOnAsync();

        await using var next = new NodeHarness(Options(), "next");
        await GoOnAsync();
        // Until then media finds its sessions at the old one.
        Assert.Equal(0, next.Node.FrontStats.Accepted);
        await GiveWayAsync(old, next);

        // And again: who took the place gives it to the next.
        await using var third = new NodeHarness(Options(), "third");
        await GiveWayAsync(next, third);
        Assert.Equal([_address], third.Node.FrontAddresses.ToArray());
        await EndAsync(control, serving, dialling);
    }

    /// <summary>An edge that ends without a drain, or dies, resets what it has accepted; the port stays open.</summary>
    [Fact]
    public async Task End_WithoutADrain_TheNextOneTakesWhatWaits()
    {
        using var control = Listen();
        var serving = ServeAsync(control);
        await using var old = new NodeHarness(Options(), "old");
        await using var next = new NodeHarness(Options(), "next");

        await old.Node.DisposeAsync();
        var dialling = Task.Run(DialAsync);

        await GoOnAsync();
        Assert.True(next.Node.FrontStats.Accepted > 0);
        await EndAsync(control, serving, [dialling]);
    }

    /// <summary>Nobody takes its place: it goes on until its end.</summary>
    [Fact]
    public async Task Leave_NobodyElse_GoesOn()
    {
        using var control = Listen();
        var serving = ServeAsync(control);
        await using var old = new NodeHarness(Options());
        old.Node.Leave();
        var dialling = Task.Run(DialAsync);
        await GoOnAsync();
        await GoOnAsync();
        await EndAsync(control, serving, [dialling]);
    }

    /// <summary>Who waits for its turn may end, or die; the next one gets it.</summary>
    [Fact]
    public async Task Leave_WhoWaitedHasEnded_TheNextOneTakesIt()
    {
        using var control = Listen();
        var serving = ServeAsync(control);
        await using var old = new NodeHarness(Options(), "old");
        var dialling = Task.Run(DialAsync);
        await using (var waits = new NodeHarness(Options(), "waits"))
        {
            await GoOnAsync();
            Assert.Equal(0, waits.Node.FrontStats.Accepted);
        }

        await GoOnAsync();
        await using var next = new NodeHarness(Options(), "next");
        old.Node.Leave();
        await UntilAsync(() => next.Node.FrontStats.Accepted > 0);
        await GoOnAsync();
        await EndAsync(control, serving, [dialling]);
    }

    private async Task GiveWayAsync(NodeHarness from, NodeHarness to)
    {
        from.Node.Leave();
        await UntilAsync(() => to.Node.FrontStats.Accepted > 0);
        var taken = from.Node.FrontStats.Accepted;
        await GoOnAsync();
        Assert.Equal(taken, from.Node.FrontStats.Accepted);
        await from.Node.DisposeAsync();
        await GoOnAsync();
    }

    private async Task EndAsync(Socket control, Task serving, List<Task> dialling)
    {
        await _over.CancelAsync();
        await Task.WhenAll(dialling);
        control.Dispose();
        await serving;
        Assert.Equal(Interlocked.Read(ref _served), Interlocked.Read(ref _dialled));
    }

    /// <summary>Dials again and again, says what a browser says first, and expects an answer.</summary>
    private async Task DialAsync()
    {
        var endPoint = _address.ToEndPoint();
        var answer = new byte[1];
        while (!_over.IsCancellationRequested)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            using var limit = new CancellationTokenSource(Within);
            await client.ConnectAsync(endPoint, limit.Token);
            _ = await client.SendAsync(new byte[] { 0x16, 3, 1, 0, 1 }, limit.Token);
            Assert.Equal(1, await client.ReceiveAsync(answer, limit.Token));
            Interlocked.Increment(ref _dialled);
        }
    }

    /// <summary>Answers what is given to control.</summary>
    private async Task ServeAsync(Socket control)
    {
        try
        {
            while (true)
            {
                using var from = await control.AcceptAsync();
                await from.ReceiveAsync(Memory<byte>.Empty);
                Assert.Equal(SystemError.None, SocketHandOver.Take(from.SafeHandle, out var taken));
                using var given = new Socket(taken!);
                _ = await given.SendAsync(new byte[] { 1 });
                Interlocked.Increment(ref _served);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Assert.True(_over.IsCancellationRequested, error.Message);
        }
    }

    private Task GoOnAsync()
    {
        var before = Interlocked.Read(ref _dialled);
        return UntilAsync(() => Interlocked.Read(ref _dialled) >= before + 200);
    }

    private static Task UntilAsync(Func<bool> condition) =>
        Serving.Waiting.UntilAsync(condition, Within.TotalSeconds);

    private MediaNodeOptions Options() =>
        NodeHarness.Options() with
        {
            Front = new FrontOptions { Addresses = [_address], ControlSocket = Path },
        };

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        socket.Listen(512);
        return socket;
    }

    /// <summary>An address that no other test has.</summary>
    private static NetworkAddress FreeAddress()
    {
        Assert.Equal(
            SystemError.None,
            Native.Sockets.TcpListener.TryOpen(
                NetworkAddress.FromIPv4(0x7F580301, 0),
                out var listener
            )
        );
        using (listener)
        {
            return listener!.Local;
        }
    }
}
