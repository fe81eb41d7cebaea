using System.Collections.Immutable;
using System.Net;
using Control.Contract;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Whep;

/// <summary>WHEP's server-sent events: their form, when they come, and how streams of them end.</summary>
public sealed class PlayerEventTests : IAsyncLifetime
{
    private PlayerLab _lab = null!;

    public async Task InitializeAsync() => _lab = await PlayerLab.StartAsync();

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    /// <summary>Simulcast with layers within an encoding, one that is not sent, and spatial layers in another section.</summary>
    [Fact]
    public async Task Layers_SimulcastAndWithinStreams_InTheDraftsForm()
    {
        _lab.Change(report =>
            report with
            {
                IsActive = true,
                Tracks =
                [
                    Track(
                        new LayerReport("l", 300_000, 320, 180)
                        {
                            Inner = [new(0, 0, 200_000, 320, 180), new(0, 1, 300_000, 320, 180)],
                        },
                        new LayerReport("h", 0, 640, 360)
                    ) with
                    {
                        LineIndex = 1,
                    },
                    new TrackReport("1", "audio", "opus", 1, 2, 3, 4, ""),
                    Track(
                        new LayerReport("", 900_000, 640, 360)
                        {
                            Inner = [new(0, 0, 100_000, 320, 180), new(1, 0, 900_000, 0, 0)],
                        }
                    ),
                ],
            }
        );
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["layers","active"]"""));
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());

        Assert.Matches("^retry: [123][0-9]{3}$", await _lab.NextAsync(reader));
        Assert.Equal("event: active|data: {}", await _lab.NextAsync(reader));
        Assert.Equal(
            "event: layers|data: {\"1\":["
                + "{\"rid\":\"l\",\"spatialLayerId\":0,\"temporalLayerId\":0,\"bitrate\":200000,\"width\":320,\"height\":180},"
                + "{\"rid\":\"l\",\"spatialLayerId\":0,\"temporalLayerId\":1,\"bitrate\":300000,\"width\":320,\"height\":180},"
                + "{\"rid\":\"h\",\"bitrate\":0,\"width\":640,\"height\":360}],\"2\":["
                + "{\"spatialLayerId\":0,\"temporalLayerId\":0,\"bitrate\":100000,\"width\":320,\"height\":180},"
                + "{\"spatialLayerId\":1,\"temporalLayerId\":0,\"bitrate\":900000}]}",
            await _lab.NextAsync(reader)
        );
    }

    /// <summary>A rate that varies as encoders' do is no news; a layer that ceases is.</summary>
    [Fact]
    public async Task Layers_OnlyNews_Told()
    {
        Send(100_000);
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["layers"]"""));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        Assert.Contains(
            "\"bitrate\":100000",
            await _lab.NextAsync(reader),
            StringComparison.Ordinal
        );
        Send(110_000);
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        Send(140_000);
        Assert.Contains(
            "\"bitrate\":140000",
            await _lab.NextAsync(reader),
            StringComparison.Ordinal
        );
        Send(0);
        Assert.Contains("\"bitrate\":0", await _lab.NextAsync(reader), StringComparison.Ordinal);

        void Send(int rate) =>
            _lab.Change(report =>
                report with
                {
                    Tracks = [Track(new LayerReport("l", rate, 0, 0))],
                }
            );
    }

    /// <summary>Told at first and when it changed; the nodes are asked every five seconds at most, for all readers
    /// together.</summary>
    [Fact]
    public async Task ViewerCount_Changes_ToldEveryFiveSecondsAtMost()
    {
        _lab.Server.Node.Viewers = 1;
        var path = await _lab.OpenAsync("""["viewercount"]""");
        using var events = await _lab.GetAsync(path);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        Assert.Equal("event: viewercount|data: {\"viewercount\":1}", await _lab.NextAsync(reader));
        using var others = await _lab.GetAsync(path);
        using var other = new StreamReader(await others.Content.ReadAsStreamAsync());
        await _lab.NextAsync(other);
        Assert.Equal("event: viewercount|data: {\"viewercount\":1}", await _lab.NextAsync(other));
        Assert.Equal(
            [new StreamKey("one", "cam")],
            Assert.Single(_lab.Server.Node.Counts).Streams.ToArray()
        );

        _lab.Server.Node.Viewers = 12;
        var seconds = 0;
        var told = await _lab.NextAsync(reader, () => seconds++);
        Assert.Equal("event: viewercount|data: {\"viewercount\":12}", told);
        Assert.InRange(seconds, 4, 20);
        Assert.Equal(2, _lab.Server.Node.Counts.Count);
    }

    /// <summary>Nodes that do not answer keep nobody from the rest.</summary>
    [Fact]
    public async Task ViewerCount_TakesLong_OtherEventsDoNotWait()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Server.Node.CountGate = gate;
        _lab.Server.Node.Viewers = 3;
        using var events = await _lab.GetAsync(
            await _lab.OpenAsync("""["active","viewercount"]""")
        );
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        _lab.Change(report => report with { IsActive = true });
        Assert.Equal("event: active|data: {}", await _lab.NextAsync(reader));
        Assert.Single(_lab.Server.Node.Counts);

        gate.SetResult();
        Assert.Equal("event: viewercount|data: {\"viewercount\":3}", await _lab.NextAsync(reader));
    }

    /// <summary>Proxies close silent connections, also while the node cannot be reached.</summary>
    [Fact]
    public async Task Silence_NodeUnavailable_CommentsGoOn()
    {
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["active"]"""));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        _lab.Server.Node.Unavailable = "The node cannot be reached.";
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        var seconds = 0;
        Assert.Equal(": still here", await _lab.NextAsync(reader, () => seconds++));
        Assert.InRange(seconds, 5, 30);
    }

    /// <summary>Nobody asks nodes for what nobody reads.</summary>
    [Fact]
    public async Task ViewerCount_NotAskedFor_NotCounted()
    {
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["active"]"""));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        Assert.Empty(_lab.Server.Node.Counts);
    }

    [Fact]
    public async Task Inactive_PublisherLeaves_NotBeforeItWasActive()
    {
        using var events = await _lab.GetAsync(
            await _lab.OpenAsync("""["inactive","active","inactive"]""")
        );
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        _lab.Change(report => report with { IsActive = true });
        Assert.Equal("event: active|data: {}", await _lab.NextAsync(reader));
        _lab.Change(report => report with { IsActive = false });
        Assert.Equal("event: inactive|data: {}", await _lab.NextAsync(reader));
    }

    /// <summary>The node goes away: told once, and the stream goes on until the session has ended, because browsers come
    /// back to one that ends before and would be told again each time.</summary>
    [Fact]
    public async Task Reconnect_NodeLeaves_ToldOnceUntilTheSessionEnds()
    {
        var path = await _lab.OpenAsync("""["active","reconnect"]""");
        using var events = await _lab.GetAsync(path);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        _lab.Change(report => report with { IsLeaving = true });
        Assert.Equal("event: reconnect|data: {}", await _lab.NextAsync(reader));
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        _lab.Change(report => report with { IsActive = true });
        Assert.Equal("event: active|data: {}", await _lab.NextAsync(reader));

        using var deleted = await _lab.DeleteAsync(_lab.Session);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Null(await _lab.NextAsync(reader));
        using var gone = await _lab.GetAsync(path);
        await Problems.AssertAsync(HttpStatusCode.NotFound, gone);
    }

    [Fact]
    public async Task Reconnect_NotAskedFor_StreamGoesOn()
    {
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["active"]"""));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        _lab.Change(report => report with { IsLeaving = true });
        Assert.Equal(": still here", await _lab.NextAsync(reader));
        _lab.Change(report => report with { IsActive = true });
        Assert.Equal("event: active|data: {}", await _lab.NextAsync(reader));
    }

    /// <summary>This process ends and the node does not: the media goes on, so nobody is sent away.</summary>
    [Fact]
    public async Task Stop_OfTheServer_EndsWithoutReconnect()
    {
        using var events = await _lab.GetAsync(await _lab.OpenAsync("""["reconnect"]"""));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        var stopping = _lab.Server.StopAsync(TimeSpan.FromMinutes(1));
        Assert.Null(await _lab.NextAsync(reader));
        await stopping;
    }

    [Fact]
    public async Task Delete_WhileItIsRead_Ends()
    {
        var path = await _lab.OpenAsync("""["active"]""");
        using var events = await _lab.GetAsync(path);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        await _lab.NextAsync(reader);
        using var deleted = await _lab.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Null(await _lab.NextAsync(reader));
        using var gone = await _lab.GetAsync(path);
        await Problems.AssertAsync(HttpStatusCode.NotFound, gone);
    }

    [Fact]
    public async Task Read_MoreThanEightAtOnce_TooMany()
    {
        var path = await _lab.OpenAsync("""["active"]""");
        var readers = new List<HttpResponseMessage>();
        for (var count = 0; count < 8; count++)
        {
            readers.Add(await _lab.GetAsync(path));
            Assert.Equal(HttpStatusCode.OK, readers[count].StatusCode);
        }

        using var refused = await _lab.GetAsync(path);
        var detail = await Problems.AssertAsync(HttpStatusCode.TooManyRequests, refused);
        Assert.Equal("The session has 8 readers of events already.", detail);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);

        readers[0].Dispose();
        var status = HttpStatusCode.TooManyRequests;
        while (status == HttpStatusCode.TooManyRequests)
        {
            // The client lets the connection go after a moment in which the rest may still come.
            await Task.Delay(50);
            using var taken = await _lab.GetAsync(path);
            status = taken.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, status);
        readers.ForEach(each => each.Dispose());
    }

    private static TrackReport Track(params ImmutableArray<LayerReport> layers) =>
        new("0", "video", "VP8", 1, 2, 3, 4, "") { Layers = layers };
}
