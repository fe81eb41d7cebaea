using Anycast.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Clients whose routes flip to another PoP in mid-call: one address for both, as with anycast.</summary>
public sealed class CrossingTests(ITestOutputHelper output)
{
    private const int Video = 1;

    /// <summary>What a publisher sends comes to the other PoP; its session stays where it is, and goes on with the next
    /// check. Then the route flips back, and it goes on at once.</summary>
    [Fact]
    public async Task Publisher_RouteFlipsToTheOtherPop_GoesOnWithTheNextCheck()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Home.PlayAsync();
        GoOn(mesh, viewer);
        var connectedAt = publisher.Client.ConnectedAt;

        var flippedAt = mesh.Away.Now;
        publisher.Route = _ => AddressOf(mesh.Away);
        GoOn(mesh, viewer);
        output.WriteLine($"Media went on {mesh.Away.Now - flippedAt} after the route had flipped.");

        Assert.True(Sum(mesh.Away, stats => stats.CrossedOut) > 10);
        publisher.Route = to => to;
        // On a busy machine much may wait at the other PoP still.
        GoOn(mesh, viewer);
        var before = Sum(mesh.Away, stats => stats.CrossedOut);
        GoOn(mesh, viewer);
        Assert.InRange(Sum(mesh.Away, stats => stats.CrossedOut), before, before + 20);
        Assert.Equal(connectedAt, publisher.Client.ConnectedAt);
        AssertNothingWrong(mesh);
    }

    /// <summary>What a viewer says comes to the other PoP: the media that it gets never stops, and what it asks for is
    /// heard.</summary>
    [Fact]
    public async Task Viewer_RouteFlipsToTheOtherPop_IsHeardAndGoesOn()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Home.PlayAsync();
        GoOn(mesh, viewer);

        viewer.Route = _ => AddressOf(mesh.Away);
        mesh.Away.RunUntil(
            () => Sum(mesh.Home, stats => stats.CrossedIn) > 20,
            "Nothing of the viewer crosses."
        );
        var lose = 3;
        viewer.LosesMedia = () => lose-- > 0;
        GoOn(mesh, viewer);
        mesh.Away.RunUntil(
            () => viewer.Client.Played[Video].Missing == 0,
            "What was lost is not sent again."
        );

        AssertNothingWrong(mesh);
    }

    /// <summary>Routers may take a client's first packets to a PoP where its session is not.</summary>
    [Fact]
    public async Task Join_EverythingComesToTheOtherPop_ConnectsAndPlays()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        publisher.Route = _ => AddressOf(mesh.Away);
        var viewer = await mesh.Home.PlayAsync();
        viewer.Route = _ => AddressOf(mesh.Away);

        GoOn(mesh, viewer);

        AssertNothingWrong(mesh);
    }

    /// <summary>The session is over, and the client does not know: the other PoP is told, and sends no more of it.</summary>
    [Fact]
    public async Task Session_Ends_NothingMoreCrosses()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        publisher.Route = _ => AddressOf(mesh.Away);
        mesh.Away.RunUntil(
            () => Sum(mesh.Away, stats => stats.CrossedOut) > 20,
            "Nothing of the publisher crosses."
        );

        publisher.IsDeaf = true;
        await mesh.Home.Node.CloseAsync(new("app", publisher.SessionId), CancellationToken.None);
        mesh.Away.RunUntil(
            () => Drops(mesh.Away, ShardDrop.UnknownSource) > 20,
            "What comes for a session that is over is not dropped."
        );

        Assert.True(Drops(mesh.Home, ShardDrop.CrossingUnknown) > 0);
    }

    /// <summary>Without the bus there is no way to the other PoP: that is counted, and it goes on when the bus is back.
    /// </summary>
    [Fact]
    public async Task Bus_LostAndBack_GoesOnAfterwards()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Home.PlayAsync();
        GoOn(mesh, viewer);

        mesh.AwayBus.Disconnect();
        publisher.Route = _ => AddressOf(mesh.Away);
        mesh.Away.RunUntil(
            () => Drops(mesh.Away, ShardDrop.CrossingFull) > 0,
            "Nothing was tried without a bus."
        );
        mesh.AwayBus.Reconnect();

        GoOn(mesh, viewer);
        AssertNothingWrong(mesh);
    }

    /// <summary>Goal: who writes junk on the bus changes nothing. Method: messages of all kinds with made-up contents.</summary>
    [Fact]
    public async Task Bus_Junk_ChangesNothing()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Home.PlayAsync();
        GoOn(mesh, viewer);
        var subject = Edge.Mesh.MeshSubjects.Crossing(mesh.Home.Node.Engine!.Self);
        var random = Testing.Seeds.Random();
        var junk = new byte[200];
        for (var count = 0; count < 600; count++)
        {
            random.Fill(junk);
            (junk[0], junk[1], junk[2]) = ((byte)(count % 3), 44, (byte)random.NextInt32(6));
            Assert.True(mesh.AwayBus.TryPublish(subject, junk.AsSpan(0, random.NextInt32(200))));
        }

        // Of the publisher's own flow, and with nothing in it.
        _ = CrossingMessage.WriteHeader(
            junk,
            new CrossingHeader(CrossingKind.Datagram, 1, 1, publisher.Local, Local: default)
        );
        for (var length = CrossingMessage.HeaderBytes; length < junk.Length; length++)
        {
            Assert.True(mesh.AwayBus.TryPublish(subject, junk.AsSpan(0, length)));
        }

        GoOn(mesh, viewer);

        Assert.True(Drops(mesh.Home, ShardDrop.CrossingMalformed) > 200);
        AssertNothingWrong(mesh);
    }

    private static void GoOn(MeshHarness mesh, SocketClient viewer) =>
        mesh.ExpectFrames(viewer.Client.Played[Video], more: 15);

    private static NetworkAddress AddressOf(NodeHarness node) => node.Node.Candidates[0];

    private static long Drops(NodeHarness node, ShardDrop drop) =>
        Sum(node, stats => stats.Drops[(int)drop]);

    private static long Sum(NodeHarness node, Func<ShardStats, long> counter)
    {
        long total = 0;
        foreach (var shard in node.Node.Shards)
        {
            total += counter(shard.Stats);
        }

        return total;
    }

    private static void AssertNothingWrong(MeshHarness mesh)
    {
        Assert.Equal(0, Sum(mesh.Home, stats => stats.Faults));
        Assert.Equal(0, Sum(mesh.Away, stats => stats.Faults));
    }
}
