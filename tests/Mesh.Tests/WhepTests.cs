using System.Net;
using System.Text.Json;
using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>WHEP's core extensions where control and edge are processes of their own: a player is told of its stream, and
/// chooses what it is sent.</summary>
public sealed class WhepTests : IDisposable
{
    private const int LowPackets = 1;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    /// <summary>The life of a stream as its player sees it: layers told and chosen, another viewer, the publisher's end, the
    /// node's drain.</summary>
    [Fact]
    public async Task Play_LayersViewersAndDrain_ToldAndChosen()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        var (publisher, _) = await client.PublishLayersAsync("cam", temporalLayers: 2);
        var viewer = await client.PlayAsync("cam");
        var session = viewer.SessionId;
        using var events = await PlayerEvents.OpenAsync(client, session);

        await events.UntilAsync("active");
        // The player offers sound, too, which the stream has not: pictures are its second section.
        var layers = await events.UntilAsync("layers", IsWhole);
        Assert.Equal(
            "l 0/0 320x180, l 0/1 320x180, h 0/0 640x360, h 0/1 640x360",
            string.Join(", ", layers.GetProperty("1").EnumerateArray().Select(Name))
        );
        await UntilLayerAsync(viewer, StreamClient.BestPackets);
        Assert.InRange(await CountFramesAsync(viewer), 50, 70);

        await SelectAsync(client, session, """{"mediaId":"1","rid":"l"}""");
        await UntilLayerAsync(viewer, LowPackets);
        await SelectAsync(client, session, """{"mediaId":"1","rid":"l","temporalLayerId":0}""");
        Assert.InRange(await CountFramesAsync(viewer), 20, 40);
        using var deleted = await client.SendAsync("DELETE", $"{session}/layer");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await UntilLayerAsync(viewer, StreamClient.BestPackets);
        Assert.InRange(await CountFramesAsync(viewer), 50, 70);
        Assert.Equal(0, _stage.Look(() => viewer.Video().Missing));

        await client.PlayAsync("cam");
        await events.UntilAsync("viewercount", data => CountOf(data) == 2);
        Assert.Equal(HttpStatusCode.OK, await client.DeleteAsync(publisher.SessionId));
        await events.UntilAsync("inactive");

        await pop.Edge("e1").TerminateAsync();
        await events.UntilAsync("reconnect");
        using var left = await client.SendAsync("DELETE", session);
        Assert.Equal(HttpStatusCode.OK, left.StatusCode);
        Assert.DoesNotContain("reconnect", await events.RestAsync(), StringComparer.Ordinal);
    }

    /// <summary>A control that ends takes nobody's picture away: its streams of events end as they should, without a word to
    /// come again, and another control goes on with them.</summary>
    [Fact]
    public async Task TerminateControl_EventsGoOnAtTheOtherOne()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1", "c2");
        using var here = new StreamClient(_stage, pop.Control("c1"));
        using var there = new StreamClient(_stage, pop.Control("c2"));
        await here.PublishLayersAsync("cam");
        var viewer = await here.PlayAsync("cam");
        await there.UntilReadyAsync();
        using var before = await PlayerEvents.OpenAsync(here, viewer.SessionId);
        await before.UntilAsync("viewercount");

        await pop.Control("c1").TerminateAsync();

        Assert.DoesNotContain("reconnect", await before.RestAsync(), StringComparer.Ordinal);
        Assert.Equal(0, await pop.Control("c1").ExitCodeAsync());
        using var after = await PlayerEvents.ReadAsync(there, before.Path);
        await after.UntilAsync("active");
        await after.UntilAsync("viewercount", data => CountOf(data) == 1);
        await _stage.UntilMoreAsync(viewer, "the viewer");
        await SelectAsync(there, viewer.SessionId, """{"rid":"l"}""");
        await UntilLayerAsync(viewer, LowPackets);
    }

    /// <summary>Viewers of two PoPs are counted together.</summary>
    [Fact]
    public async Task ViewerCount_ViewersOfTwoPops_CountedTogether()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var ams = await Pop.StartAsync("ams", nats.Url, "e1", "c1");
        await using var sin = await Pop.StartAsync("sin", nats.Url, "e1", "c1");
        using var here = new StreamClient(_stage, ams.Control("c1"));
        using var there = new StreamClient(_stage, sin.Control("c1"));
        await here.UntilReadyAsync();
        await there.UntilReadyAsync();
        await here.PublishAsync("cam");
        var viewer = await here.PlayAsync("cam");
        using var events = await PlayerEvents.OpenAsync(here, viewer.SessionId);
        await events.UntilAsync("viewercount", data => CountOf(data) == 1);
        var other = await there.PlayAsync("cam");
        await events.UntilAsync("viewercount", data => CountOf(data) == 2);
        await there.DeleteAsync(other.SessionId);
        await events.UntilAsync("viewercount", data => CountOf(data) == 1);
    }

    private static bool IsWhole(JsonElement data) =>
        data.TryGetProperty("1", out var section)
        && section.GetArrayLength() == 4
        && section
            .EnumerateArray()
            .All(layer =>
                layer.GetProperty("bitrate").GetInt64() > 0 && layer.TryGetProperty("width", out _)
            );

    private static string Name(JsonElement layer) =>
        $"{layer.GetProperty("rid")} {layer.GetProperty("spatialLayerId")}/{layer.GetProperty("temporalLayerId")} "
        + $"{layer.GetProperty("width")}x{layer.GetProperty("height")}";

    private static int CountOf(JsonElement data) => data.GetProperty("viewercount").GetInt32();

    private static async Task SelectAsync(StreamClient client, string session, string body)
    {
        using var response = await client.SendAsync("POST", $"{session}/layer", body);
        Assert.True(
            response.StatusCode == HttpStatusCode.OK,
            await response.Content.ReadAsStringAsync()
        );
    }

    private Task UntilLayerAsync(SocketClient viewer, int packets) =>
        _stage.UntilAsync(
            $"the layer of {packets} packets a picture comes",
            () => viewer.Video().LastFramePackets == packets
        );

    /// <summary>Pictures that come while the publisher makes 60, once what was on its way is there.</summary>
    private async Task<int> CountFramesAsync(SocketClient viewer)
    {
        await UntilPictureAsync(viewer, 15);
        var before = Look();
        await UntilPictureAsync(viewer, 60);
        // It may have been looked late: of as many pictures as were sent meanwhile.
        var after = Look();
        return (int)((after.Complete - before.Complete) * 60 / (after.Last - before.Last));

        (long Last, long Complete) Look() =>
            _stage.Look(() =>
                ((long)viewer.Video().LastFrame, (long)viewer.Video().CompleteFrames)
            );
    }

    private Task UntilPictureAsync(SocketClient viewer, uint further)
    {
        var last = _stage.Look(() => viewer.Video().LastFrame);
        return _stage.UntilAsync(
            $"the picture {further} later comes",
            () => viewer.Video().LastFrame - last >= further
        );
    }
}
