using System.Text;
using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Calls;

/// <summary>Events as server-sent events.</summary>
public sealed class EventTests
{
    private const string Path = "/v1/apps/one/events";

    [Fact]
    public async Task ReadEvents_EachKind_OneMessageWithItsNumber()
    {
        await using var server = await CallsServer.StartAsync();
        using var response = await server.SendAsync("GET", Path);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal([": open"], await MessageAsync(reader));
        var sequence = 0L;
        foreach (var kind in Enum.GetValues<CallsEventKind>())
        {
            var happened = new CallsEvent(kind, "S", server.Time.GetUtcNow(), ++sequence)
            {
                TrackName = "line\nbreak",
                Mid = "0",
                MediaKind = "video",
                Rid = "h",
                PublisherSessionId = "P",
                Uplink = new LinkQuality(100, 0.25, 1200.5),
                RoundTripMs = 12.5,
                Deadline = DateTimeOffset.UnixEpoch,
            };
            Assert.True(server.Node.Events.TryWrite(happened));
            var lines = await MessageAsync(reader);
            Assert.Equal(3, lines.Count);
            Assert.Equal($"id: {sequence}", lines[0]);
            using var data = JsonDocument.Parse(lines[2]["data: ".Length..]);
            var type = data.RootElement.GetProperty("type").GetString();
            Assert.Equal($"event: {type}", lines[1]);
            Assert.Equal("line\nbreak", data.RootElement.GetProperty("trackName").GetString());
            var uplink = data.RootElement.GetProperty("uplink");
            Assert.Equal(0.25, uplink.GetProperty("lossFraction").GetDouble());
            Assert.False(data.RootElement.TryGetProperty("downlink", out _));
            Assert.Equal(CallsEventJson.Write(happened), Encoding.UTF8.GetBytes(lines[2][6..]));
        }

        Assert.Equal(new("one", null, null), server.Node.Last<EventsRequest>());
    }

    [Fact]
    public async Task ReadEvents_Silence_CommentKeepsTheConnection()
    {
        await using var server = await CallsServer.StartAsync();
        using var response = await server.SendAsync("GET", Path);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await MessageAsync(reader);
        for (var comment = 0; comment < 2; comment++)
        {
            await WaitAsync(() => server.Time.TimerCount > 0);
            server.Time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal([": still here"], await MessageAsync(reader));
        }
    }

    [Fact]
    public async Task ReadSessionEvents_OfItsOwner_ThatSessionOnly()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var session = await server.CreateSessionAsync(token);
        using var response = await server.SendAsync("GET", $"{session}/events", bearer: token);
        Assert.Equal(200, (int)response.StatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await MessageAsync(reader);
        var id = session[(session.LastIndexOf('/') + 1)..];
        Assert.Equal(new("one", id, null), server.Node.Last<EventsRequest>());
        await server.TextAsync(410, "GET", "/v1/apps/one/sessions/none/events");
    }

    [Fact]
    public async Task ReadSessionEvents_SessionEnds_SoDoesTheStream()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var session = await server.CreateSessionAsync(token);
        using var response = await server.SendAsync("GET", $"{session}/events", bearer: token);
        var at = server.Time.GetUtcNow();
        server.Node.Events.TryWrite(new CallsEvent(CallsEventKind.SessionEnded, "S", at, 1));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Contains("event: session.ended", text, StringComparison.Ordinal);
    }

    /// <summary>One session must not take away the streams of its app.</summary>
    [Fact]
    public async Task ReadSessionEvents_MoreThanASessionNeeds_TooMany()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var session = await server.CreateSessionAsync(token);
        var open = new List<HttpResponseMessage>();
        for (var stream = 0; stream < 8; stream++)
        {
            open.Add(await server.SendAsync("GET", $"{session}/events", bearer: token));
            Assert.Equal(200, (int)open[^1].StatusCode);
        }

        await server.TextAsync(429, "GET", $"{session}/events", bearer: token);
        using var other = await server.SendAsync("GET", Path);
        Assert.Equal(200, (int)other.StatusCode);
        open.ForEach(response => response.Dispose());
    }

    /// <summary>Events go on for long: who lost the right to them gets no more.</summary>
    [Fact]
    public async Task ReadEvents_TokenExpires_StreamEnds()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var session = await server.CreateSessionAsync(token);
        using var response = await server.SendAsync("GET", $"{session}/events", bearer: token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await MessageAsync(reader);
        await WaitAsync(() => server.Time.TimerCount > 0);
        server.Time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task ReadEvents_MoreStreamsThanTaken_TooManyUntilOneEnds()
    {
        var limits = new CallsLimits { EventStreamsPerApp = 1 };
        await using var server = await CallsServer.StartAsync(limits);
        using (var first = await server.SendAsync("GET", Path))
        {
            Assert.Equal(200, (int)first.StatusCode);
            await server.TextAsync(429, "GET", Path);
        }

        await WaitAsync(async () =>
        {
            using var next = await server.SendAsync("GET", Path);
            return (int)next.StatusCode == 200;
        });
    }

    [Fact]
    public async Task ReadEvents_NodeEndsTheStream_Ends()
    {
        await using var server = await CallsServer.StartAsync();
        using var response = await server.SendAsync("GET", Path);
        server.Node.Events.Complete();
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(": open\n\n", text);
    }

    [Fact]
    public async Task Dispose_WithAnOpenStream_EndsIt()
    {
        var server = await CallsServer.StartAsync();
        using var response = await server.SendAsync("GET", Path);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await MessageAsync(reader);
        var rest = reader.ReadToEndAsync();
        var client = server.Client;
        await server.StopAsync();
        Assert.Equal("", await rest);
        client.Dispose();
    }

    private static async Task<List<string>> MessageAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private static Task WaitAsync(Func<bool> condition) =>
        WaitAsync(() => Task.FromResult(condition()));

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
