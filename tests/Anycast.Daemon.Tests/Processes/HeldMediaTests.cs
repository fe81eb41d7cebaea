using System.Net;
using System.Net.Sockets;
using Anycast.Daemon.Processes;
using Anycast.Daemon.Tests.Support;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anycast.Daemon.Tests.Processes;

/// <summary>The media port of a real edge that is killed: clients are told nothing, and the next edge gets the port.</summary>
public sealed class HeldMediaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-held-").FullName;
    private readonly KeyFile _key = new();
    private readonly IPEndPoint _media = new(IPAddress.Loopback, FreePorts.TcpAndUdp());

    private string Path => System.IO.Path.Combine(_folder, "anycast.sock");

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>On loopback the kernel's ICMP message is there before the send returns: a connected socket says it at the next
    /// call.</summary>
    [Fact]
    public async Task Edge_Killed_ItsPortSaysNothingUntilTheNextEdgeHasIt()
    {
        await using var door = ProcessDoor.TryOpen(Path, _ => { }, NullLogger.Instance)!;
        using var client = Connect();
        await using (var edge = await StartAsync())
        {
            await UntilAsync(door, watched: 1, held: 0);
            edge.Kill();
            await UntilAsync(door, watched: 0, held: 1);
        }

        Assert.False(IsRefused(client));
        await using var next = await StartAsync();
        await UntilAsync(door, watched: 1, held: 0);
        Assert.False(IsRefused(client));
    }

    /// <summary>Siblings share the port: what is held would swallow a part of what is theirs.</summary>
    [Fact]
    public async Task Edge_SharesItsPortAndIsKilled_NothingIsHeld()
    {
        await using var door = ProcessDoor.TryOpen(Path, _ => { }, NullLogger.Instance)!;
        using var client = Connect();
        await using var edge = await StartAsync(
            ("EDGE_MEDIA_SHARED", "1"),
            ("EDGE_MEDIA_TCP", $"127.0.0.1:{FreePorts.TcpAndUdp()}")
        );
        await UntilAsync(door, watched: 1, held: 0);
        edge.Kill();
        await UntilAsync(door, watched: 0, held: 0);
        Assert.True(IsRefused(client));
    }

    private static bool IsRefused(Socket client)
    {
        try
        {
            client.Send("anybody"u8);
            client.Send("there"u8);
            return false;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    private static Task UntilAsync(ProcessDoor door, int watched, int held) =>
        Patience.UntilAsync(
            $"{watched} watched, {held} held",
            () => Task.FromResult((door.Count, door.HeldCount > 0 ? 1 : 0)),
            isEnough: seen => seen == (watched, held)
        );

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(_media);
        return client;
    }

    private Task<ChildProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var lan = FreePorts.TcpAndUdp();
        return ServerProcess.StartAsync(
            Programs.RequireEdge(),
            [
                ("EDGE_ADMIN", "127.0.0.1:0"),
                ("EDGE_MEDIA", _media.ToString()),
                ("EDGE_SHARDS", "2"),
                ("EDGE_PEERS", $"n1=127.0.0.1:{lan},c1=127.0.0.1:{FreePorts.TcpAndUdp()}"),
                ("EDGE_POP_KEY_FILE", _key.Path),
                ("EDGE_ANYCAST_SOCKET", Path),
                .. settings,
            ]
        );
    }
}
