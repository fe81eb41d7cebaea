using System.Net;
using Edge.Processes;
using Edge.Protocol.Transport;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>Two PoPs, joined by a real nats-server.</summary>
public sealed class NatsTests : IDisposable
{
    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Delete_ThroughAControlOfAnotherPop_SessionEnds()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var ams = await Pop.StartAsync("ams", nats.Url, "e1", "c1");
        await using var sin = await Pop.StartAsync("sin", nats.Url, "e1", "c1");
        using var here = new StreamClient(_stage, ams.Control("c1"));
        using var there = new StreamClient(_stage, sin.Control("c1"));
        var publisher = await here.PublishAsync("cam");
        await there.UntilReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await there.ReadAsync(publisher.SessionId));
        Assert.Equal(HttpStatusCode.OK, await there.DeleteAsync(publisher.SessionId));
        await _stage.UntilAsync(
            "the publisher is told that it is over",
            () => publisher.Client.Peer.Transport.State == PeerState.Closed
        );
        Assert.Equal(HttpStatusCode.NotFound, await here.ReadAsync(publisher.SessionId));
    }

    [Fact]
    public async Task Play_InAnotherPop_PicturesCome()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var ams = await Pop.StartAsync("ams", nats.Url, "e1", "c1");
        await using var sin = await Pop.StartAsync("sin", nats.Url, "e1", "c1");
        using var here = new StreamClient(_stage, ams.Control("c1"));
        using var there = new StreamClient(_stage, sin.Control("c1"));
        await here.UntilReadyAsync();
        await there.UntilReadyAsync();
        await here.PublishAsync("cam");
        await there.PlayAsync("cam");
    }

    /// <summary>Static stability: a PoP without NATS takes new sessions and ends old ones.</summary>
    [Fact]
    public async Task KillNats_PopGoesOnByItself()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var pop = await Pop.StartAsync("ams", nats.Url, "e1", "e2", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        var publisher = await here.PublishAsync("cam");
        await nats.KillAsync();
        await there.PlayAsync("cam");
        await here.PublishAsync("other");
        Assert.Equal(HttpStatusCode.OK, await there.DeleteAsync(publisher.SessionId));
    }
}
