using System.Net.Sockets;
using Edge.Host.Links;
using Edge.Hosting.Links;
using Edge.Native.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Host.Tests.Links;

/// <summary>How an edge has anycastd know its process.</summary>
public sealed class WatcherLinkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-watcher-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "anycast.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_NoPath_IsNone()
    {
        await using var link = WatcherLink.Start(null, null, NullLogger.Instance);
        Assert.Null(link);
    }

    /// <summary>anycastd comes later than the edge, and again: each time it has a link that stays.</summary>
    [Fact]
    public async Task Start_NobodyIsThereYet_ComesAndComesAgain()
    {
        var link = WatcherLink.Start(Path, null, NullLogger.Instance)!;
        using (var door = Listen())
        {
            using var first = await AcceptAsync(door);
            await SaysAllAsync(first);
        }

        using var again = Listen();
        using var second = await AcceptAsync(again);
        await SaysAllAsync(second);
        await link.DisposeAsync();
        Assert.Equal(0, await second.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task LetGo_NobodyIsThereOrItIsDone_GoesOn()
    {
        await WatcherLink.LetGoAsync(null);
        await WatcherLink.LetGoAsync(Path);
        using var door = Listen();
        var asked = WatcherLink.LetGoAsync(Path);
        using (var link = await AcceptAsync(door))
        {
            var said = new byte[2];
            Assert.Equal(1, await link.ReceiveAsync(said));
            Assert.Equal(AnycastSign.LetGo, said[0]);
            Assert.False(asked.IsCompleted);
        }

        await asked;
    }

    [Fact]
    public void IsTrusted_UserRootOrGroup_NobodyElse()
    {
        var (user, group) = (LocalPeer.OwnUser, LocalPeer.OwnGroup);
        Assert.True(WatcherTrust.IsTrusted(user, group + 1));
        Assert.True(WatcherTrust.IsTrusted(LocalPeer.Root, group + 1));
        Assert.True(WatcherTrust.IsTrusted(user + 1, group));
        Assert.False(WatcherTrust.IsTrusted(user + 1, group + 1));
    }

    private static async Task<Socket> AcceptAsync(Socket door)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await door.AcceptAsync(limit.Token);
    }

    private static async Task SaysAllAsync(Socket link)
    {
        var said = new byte[2];
        Assert.Equal(1, await link.ReceiveAsync(said));
        Assert.Equal(AnycastSign.All, said[0]);
        Assert.False(link.Poll(0, SelectMode.SelectRead));
    }

    private Socket Listen()
    {
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(Path));
        door.Listen();
        return door;
    }
}
