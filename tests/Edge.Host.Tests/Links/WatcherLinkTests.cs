using System.Net.Sockets;
using Edge.Host.Links;
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
        await using var link = WatcherLink.Start(null, NullLogger.Instance);
        Assert.Null(link);
    }

    /// <summary>anycastd comes later than the edge, and again: each time it has a link that stays.</summary>
    [Fact]
    public async Task Start_NobodyIsThereYet_ComesAndComesAgain()
    {
        var link = WatcherLink.Start(Path, NullLogger.Instance)!;
        using (var door = Listen())
        {
            using var first = await AcceptAsync(door);
            Assert.False(first.Poll(0, SelectMode.SelectRead));
        }

        using var again = Listen();
        using var second = await AcceptAsync(again);
        Assert.False(second.Poll(0, SelectMode.SelectRead));
        await link.DisposeAsync();
        Assert.Equal(0, await second.ReceiveAsync(new byte[1]));
    }

    private static async Task<Socket> AcceptAsync(Socket door)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await door.AcceptAsync(limit.Token);
    }

    private Socket Listen()
    {
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(Path));
        door.Listen();
        return door;
    }
}
