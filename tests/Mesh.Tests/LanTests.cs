using System.Net;
using Edge.Processes;
using Edge.Protocol.Transport;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>One PoP without NATS: its processes need nothing but each other.</summary>
public sealed class LanTests : IDisposable
{
    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Delete_ThroughTheOtherControl_SessionEnds()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        var publisher = await here.PublishAsync("cam");
        var session = publisher.SessionId;
        await there.UntilReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await there.ReadAsync(session));
        Assert.Equal(HttpStatusCode.OK, await there.DeleteAsync(session));
        await _stage.UntilAsync(
            "the publisher is told that it is over",
            () => publisher.Client.Peer.Transport.State == PeerState.Closed
        );
        Assert.Equal(HttpStatusCode.NotFound, await here.ReadAsync(session));
        Assert.Equal(HttpStatusCode.NotFound, await there.DeleteAsync(session));
    }

    [Fact]
    public async Task Play_ThroughTheOtherControlOfTwoEdges_PicturesCome()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "e2", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        await here.PublishAsync("cam");
        await there.PlayAsync("cam");
        await here.PlayAsync("cam");
    }

    /// <summary>What runs goes on without any control, and another one finds it.</summary>
    [Fact]
    public async Task KillControl_SessionsGoOnAndTheOtherControlEndsThem()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        var publisher = await here.PublishAsync("cam");
        var player = await here.PlayAsync("cam");
        pop.Control("c1").Kill();
        var packets = _stage.Look(() => player.Client.Played.Sum(track => track.Packets));
        await _stage.UntilAsync(
            "more packets come",
            () => player.Client.Played.Sum(track => track.Packets) > packets + 100
        );
        await there.UntilReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await there.DeleteAsync(publisher.SessionId));
    }

    [Fact]
    public async Task KillEdge_TheOnlyOne_ControlSaysSoAndIsThereAgainWithTheNextOne()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        var publisher = await client.PublishAsync("cam");
        pop.Edge("e1").Kill();
        await client.UntilNotReadyAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await client.TryPublishAsync("other"));
        await pop.StartAgainAsync("e1");
        await client.UntilReadyAsync();
        Assert.Equal(HttpStatusCode.NotFound, await client.ReadAsync(publisher.SessionId));
        await client.PublishAsync("cam");
    }

    [Fact]
    public async Task TerminateEdge_WithASession_ExitsZeroWhenItEnds()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        var publisher = await client.PublishAsync("cam");
        var edge = pop.Edge("e1");
        await edge.TerminateAsync();
        await client.UntilNotReadyAsync();
        Assert.False(edge.HasEnded);
        Assert.Equal(HttpStatusCode.OK, await client.ReadAsync(publisher.SessionId));
        Assert.Equal(HttpStatusCode.OK, await client.DeleteAsync(publisher.SessionId));
        Assert.Equal(0, await edge.ExitCodeAsync());
    }

    [Fact]
    public async Task TerminateEdge_OneOfTwo_TheOtherTakesNewSessions()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "e2", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await client.UntilReadyAsync();
        await pop.Edge("e1").TerminateAsync();
        Assert.Equal(0, await pop.Edge("e1").ExitCodeAsync());
        await client.PublishAsync("cam");
        await client.PlayAsync("cam");
    }

    [Fact]
    public async Task TerminateEdge_Twice_ExitsAtOnce()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await client.PublishAsync("cam");
        var edge = pop.Edge("e1");
        await edge.TerminateAsync();
        await client.UntilNotReadyAsync();
        await edge.TerminateAsync();
        Assert.Equal(128 + 15, await edge.ExitCodeAsync());
    }

    /// <summary>A control has no sessions of its own to wait for.</summary>
    [Fact]
    public async Task TerminateControl_SessionsOfEdges_ExitsZeroAtOnce()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        var publisher = await here.PublishAsync("cam");
        await pop.Control("c1").TerminateAsync();
        Assert.Equal(0, await pop.Control("c1").ExitCodeAsync());
        await there.UntilReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await there.ReadAsync(publisher.SessionId));
    }
}
