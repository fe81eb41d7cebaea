using System.Net.Sockets;
using System.Text;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Processes;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Media and HTTPS on one port: the node keeps the first and gives the second away.</summary>
public sealed class FrontTests : IDisposable
{
    private const int Video = 1;

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-front-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task PublishAndPlay_ByTheFront_MediaFlowsInOrder()
    {
        await using var harness = new NodeHarness(Options());
        var viewer = await PlayedAsync(harness);
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 60, "The viewer was not sent pictures.");
        Assert.Equal(0, video.BackwardTimestamps);
        Assert.Equal((2, 2), (harness.Node.FrontStats.Accepted, harness.Node.FrontStats.Media));
        Assert.False(viewer.Connection!.IsOver);
    }

    /// <summary>Clients are told the front behind the media port: it is tried where that one cannot be reached.</summary>
    [Fact]
    public async Task Start_WithAFront_CandidatesEndWithIt()
    {
        Assert.True(NetworkAddress.TryParse("203.0.113.7:0", out var told));
        await using var harness = new NodeHarness(
            Options() with
            {
                Front = Front() with { Advertised = [told] },
            }
        );
        var front = told.WithPort(harness.Node.FrontAddresses[0].Port);
        Assert.Equal([harness.Node.Candidates[0], front], harness.Node.TcpCandidates.ToArray());
        await using var plain = new NodeHarness();
        Assert.Equal([plain.Node.Candidates[0]], plain.Node.TcpCandidates.ToArray());
        Assert.Empty(plain.Node.FrontAddresses);
    }

    /// <summary>A frame of which each byte comes alone is decided as any other, and the session sees it whole.</summary>
    [Fact]
    public async Task Check_ByteByByte_GivenToAShardThatClosesAStrangers()
    {
        await using var harness = new NodeHarness(Options());
        using var client = Dial(harness);
        client.NoDelay = true;
        foreach (var each in Convert.FromHexString("0014000100002112a442b7e7a701bc34d686fa87dfae"))
        {
            client.Send([each]);
            harness.RunFor(0.005);
        }

        harness.RunUntil(() => IsOver(client), "A check for no session was kept.");
        Assert.Equal(1, harness.Node.FrontStats.Media);
    }

    [Fact]
    public async Task Tls_ControlListens_ItGetsTheConnectionWithAllThatWasSent()
    {
        using var control = Listen();
        await using var harness = new NodeHarness(Options());
        using var client = Dial(harness);
        client.Send([0x16, 3, 1, 0, 5]);
        using var link = await control.AcceptAsync();
        SafeSocketHandle? handle = null;
        harness.RunUntil(
            () => SocketHandOver.Take(link.SafeHandle, out handle) == SystemError.None,
            "Nothing was given."
        );
        using var taken = new Socket(handle!);
        Assert.Equal(client.LocalEndPoint, taken.RemoteEndPoint);
        var bytes = new byte[16];
        Assert.Equal(5, await taken.ReceiveAsync(bytes));

        // It is control's, also when the node ends.
        await harness.DisposeAsync();
        await taken.SendAsync(Encoding.ASCII.GetBytes("answer"));
        Assert.Equal(6, await client.ReceiveAsync(bytes));
    }

    /// <summary>Without control HTTPS is refused at once, and media is what it was.</summary>
    [Fact]
    public async Task Tls_ControlAway_ClosedAtOnceAndMediaGoesOn()
    {
        await using var harness = new NodeHarness(Options());
        var viewer = await PlayedAsync(harness);
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 5, "The viewer did not start.");
        for (var count = 0; count < 50; count++)
        {
            using var client = Dial(harness);
            client.Send([0x16]);
            harness.RunUntil(() => IsOver(client), "It was left open.");
        }

        Assert.Equal(50, harness.Node.FrontStats.ControlAway);
        var before = video.CompleteFrames;
        harness.RunUntil(() => video.CompleteFrames >= before + 15, "Media did not go on.");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("SSH-2.0-x\r\n")]
    public async Task SomethingElse_Closed(string text)
    {
        await using var harness = new NodeHarness(Options());
        using var client = Dial(harness);
        client.Send(Encoding.ASCII.GetBytes(text));
        harness.RunUntil(() => IsOver(client), "It was left open.");
        Assert.Equal(1, harness.Node.FrontStats.Neither);
    }

    /// <summary>10 000 of 250 addresses who say nothing: what is held of them is bounded, a client gets in meanwhile, and after
    /// five seconds they are gone.</summary>
    [Fact]
    public async Task Strangers_TenThousandSilent_BoundedAndAClientGetsIn()
    {
        await using var harness = new NodeHarness(Options());
        var viewer = await PlayedAsync(harness);
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 5, "The viewer did not start.");
        using var crowd = Crowd.Dial(10_000, harness.Node.FrontAddresses[0].Port);
        var late = await harness.PlayAsync();
        DialFront(harness, late);
        harness.RunUntil(
            () => late.Client.Played[Video].CompleteFrames >= 10,
            "A client did not get in beside strangers."
        );
        Assert.InRange(crowd.CountOpen(), 1, FrontGuests.GuestsMax);
        harness.RunUntil(() => crowd.CountOpen() == 0, "Strangers were kept.");
        var before = video.CompleteFrames;
        harness.RunUntil(() => video.CompleteFrames >= before + 15, "Media did not go on.");

        var stats = harness.Node.FrontStats;
        Assert.Equal((10_003, 3), (stats.Accepted, stats.Media));
        Assert.Equal(10_000, stats.Crowded + stats.Silent);
        Assert.True(stats.Crowded >= 10_000 - FrontGuests.GuestsMax, $"{stats.Crowded} had to go.");
        Assert.Equal(3, harness.Node.SessionCount);
    }

    /// <summary>Who sends a byte of a check each second has said nothing either: the time is that from the beginning.</summary>
    [Fact]
    public async Task Strangers_OneByteASecond_ClosedInTime()
    {
        await using var harness = new NodeHarness(Options());
        using var crowd = Crowd.Dial(50, harness.Node.FrontAddresses[0].Port);
        var spokenAt = harness.Now;
        foreach (var each in Convert.FromHexString("00600001"))
        {
            harness.RunFor(0.8);
            crowd.Speak(each);
            spokenAt = harness.Now;
        }

        harness.RunUntil(() => crowd.CountOpen() == 0, "Somebody is still there.");
        // Were the time that since the last byte, they would be there longer.
        Assert.True(harness.Now - spokenAt < TimeSpan.FromSeconds(5));
        Assert.Equal(50, harness.Node.FrontStats.Silent);
    }

    /// <summary>One address cannot take the place of others.</summary>
    [Fact]
    public async Task Strangers_OfOneAddress_NoMoreThanItsShare()
    {
        await using var harness = new NodeHarness(Options());
        using var crowd = Crowd.Dial(200, harness.Node.FrontAddresses[0].Port, addresses: 1);
        harness.RunUntil(
            () => crowd.CountOpen() == FrontGuests.GuestsOfSourceMax,
            "More of one address were kept than may be, or fewer."
        );
    }

    [Fact]
    public async Task Start_PortTaken_SaysWhich()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(NetworkAddress.FromIPv4(0x7F000001, 0).ToEndPoint());
        other.Listen();
        var taken = NetworkAddress.From((System.Net.IPEndPoint)other.LocalEndPoint!);
        var start = MediaNode.Start(
            Options() with
            {
                Front = Front() with { Addresses = [taken] },
            },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<MediaNode>.Instance
        );
        if (start is MediaNodeStart.Running running)
        {
            await running.Node.DisposeAsync();
        }

        Assert.Equal(new MediaNodeStart.FrontUnbound(taken, SystemError.AddressInUse), start);
    }

    private static Socket Dial(NodeHarness harness)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        client.Connect(harness.Node.FrontAddresses[0].ToEndPoint());
        return client;
    }

    private static bool IsOver(Socket client)
    {
        try
        {
            return client.Poll(0, SelectMode.SelectRead) && client.Receive(new byte[16]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static void DialFront(NodeHarness harness, SocketClient client) =>
        client.Dial(harness.Node.FrontAddresses[0], candidate: harness.Node.Candidates[0]);

    private FrontOptions Front() =>
        new() { Addresses = [NetworkAddress.FromIPv4(0x7F000001, 0)], ControlSocket = Path };

    private MediaNodeOptions Options() => NodeHarness.Options() with { Front = Front() };

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        socket.Listen();
        return socket;
    }

    private static async Task<SocketClient> PlayedAsync(NodeHarness harness)
    {
        var publisher = await harness.PublishAsync();
        DialFront(harness, publisher);
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect by TCP.");
        var viewer = await harness.PlayAsync();
        DialFront(harness, viewer);
        return viewer;
    }
}
