using System.Net;
using System.Text;
using Conformance.Tests.Support;
using Edge.Primitives;
using Edge.Processes;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Wire.Payload;

namespace Conformance.Tests.Sessions;

/// <summary>The core extensions of WHEP: events about a stream, and its layers chosen by hand.</summary>
public sealed class WhepTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private const int LowPackets = 1;
    private const int HighPackets = 4;

    private static readonly OfferOptions Layers = new()
    {
        Tracks =
        [
            new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.Vp8)])
            {
                Rids = [Rid.Create("l"), Rid.Create("h")],
            },
        ],
    };

    [Fact]
    public async Task Play_LayersToldAndChosen_FromThe201On()
    {
        await PublishAsync("layers");
        var (viewer, session, links) = await PlayAsync("layers");
        await LayerAsync(viewer, HighPackets);
        Assert.Equal(
            [
                $"<{session}/sse>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\"; events=\"active,inactive,layers,viewercount,reconnect\"",
                $"<{session}/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\"",
            ],
            links
        );

        using var opened = await SendAsync("POST", $"{session}/sse", """["layers","active"]""");
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        var stream = opened.Headers.Location!.ToString();
        using var events = await SendAsync("GET", stream);
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        Assert.Equal("{}", await ReadAsync(reader, "active"));
        var told = await ReadAsync(reader, "layers");
        Assert.StartsWith("{\"0\":[{\"rid\":\"l\",\"bitrate\":", told, StringComparison.Ordinal);
        Assert.Contains("\"width\":320,\"height\":180}", told, StringComparison.Ordinal);
        Assert.Contains("\"width\":640,\"height\":360}", told, StringComparison.Ordinal);

        await SelectAsync(session, """{"mediaId":"0","rid":"l"}""", 200);
        await LayerAsync(viewer, LowPackets);
        await SelectAsync(session, """{"mediaId":"0"}""", 200);
        await LayerAsync(viewer, HighPackets);
        await SelectAsync(session, """{"maxWidth":400,"maxHeight":300}""", 200);
        await LayerAsync(viewer, LowPackets);

        using var deleted = await SendAsync("DELETE", stream);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        while (await reader.ReadLineAsync() is not null) { }
        using var gone = await SendAsync("GET", stream);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Extensions_WrongRequests_RefusedByASentence()
    {
        await PublishAsync("wrong");
        var (viewer, session, _) = await PlayAsync("wrong");
        await LayerAsync(viewer, HighPackets);

        await SelectAsync(session, """{"rid":"x"}""", 422, "rid names no layer: the stream has ");
        await SelectAsync(session, """{"mediaId":"7"}""", 422, "mediaId names no section");
        await SelectAsync(
            session,
            """{"spatialLayerId":1}""",
            422,
            "spatialLayerId names no layer: the stream has 0 to 0 now."
        );
        await SelectAsync(session, """{"temporalLayerId":8}""", 400, "temporalLayerId: ");
        await SelectAsync(session, """{"maxWidth":0}""", 400, "maxWidth: a whole number from 1");
        await SelectAsync(session, "[]", 400, "");
        using var unknown = await SendAsync("POST", $"{session}/sse", """["scte35"]""");
        await ExpectAsync(unknown, 400, "the body[0]: ");
        using var nowhere = await SendAsync("POST", $"{session}x/layer", "{}");
        await ExpectAsync(nowhere, 404, "no such session");
        var other = session.Replace("/wrong/", "/another/", StringComparison.Ordinal);
        using var elsewhere = await SendAsync("POST", $"{other}/layer", "{}");
        await ExpectAsync(elsewhere, 404, "no such session");
        using var method = await SendAsync("PUT", $"{session}/layer", "{}");
        await ExpectAsync(method, 405, "it has OPTIONS, POST, DELETE");
    }

    /// <summary>Of two temporal layers one viewer takes the lower: every other frame, and all again at its wish.</summary>
    [Fact]
    public async Task Layer_TemporalLayer_HalfOfTheFrames()
    {
        var offer = lab.Stage.Make(
            (clients, _) =>
                clients.OfferPublish(new OfferOptions { Tracks = [ClientFactory.AudioVideo[1]] })
        );
        using var response = await SendAsync("POST", $"{lab.Api.Base}/whip/halves", offer.Sdp);
        var answer = await response.Content.ReadAsStringAsync();
        var video = new SyntheticVideoOptions { TemporalLayers = 2 };
        await lab.ConnectedAsync(
            lab.Stage.Run(
                "",
                (clients, now) => clients.Connect(offer, answer, now, lab.Stage.Video(video))
            )
        );
        var (half, session, _) = await PlayAsync("halves");
        var (whole, _, _) = await PlayAsync("halves");
        await LayerAsync(half, video.PacketsPerFrame);
        await LayerAsync(whole, video.PacketsPerFrame);
        Assert.Equal(60, await FramesAsync(half, whole), 10d);

        await SelectAsync(session, """{"temporalLayerId":0}""", 200);
        Assert.Equal(30, await FramesAsync(half, whole), 10d);
        await SelectAsync(session, """{"mediaId":"0"}""", 200);
        Assert.Equal(60, await FramesAsync(half, whole), 10d);
        await SelectAsync(session, """{"maxTemporalLayerId":0}""", 200);
        Assert.Equal(30, await FramesAsync(half, whole), 10d);
        Assert.Equal(0, half.Client.Played[0].Missing);
        await SelectAsync(
            session,
            """{"temporalLayerId":2}""",
            422,
            "temporalLayerId names no layer: the stream has 0 to 1 now."
        );
        await SelectAsync(
            session,
            """{"spatialLayerId":1}""",
            422,
            "spatialLayerId names no layer: the stream has 0 to 0 now."
        );
    }

    /// <summary>How many frames one viewer gets for 60 of another, once what was on its way is there. Both are counted at one
    /// moment, however late that is.</summary>
    private async Task<double> FramesAsync(SocketClient counted, SocketClient other)
    {
        await MoreAsync(other, 15);
        var before = Count();
        await MoreAsync(other, 60);
        var after = Count();
        return 60.0 * (after.Counted - before.Counted) / (after.Other - before.Other);

        (int Counted, int Other) Count() =>
            lab.Stage.Look(() =>
                (counted.Client.Played[0].CompleteFrames, other.Client.Played[0].CompleteFrames)
            );
    }

    private Task MoreAsync(SocketClient viewer, int frames)
    {
        var end = viewer.Client.Played[0].CompleteFrames + frames;
        return lab.Stage.UntilAsync(
            $"{frames} more frames come",
            () => viewer.Client.Played[0].CompleteFrames >= end
        );
    }

    private async Task SelectAsync(string session, string body, int status, string sentence = "")
    {
        using var response = await SendAsync("POST", $"{session}/layer", body);
        await ExpectAsync(response, status, sentence);
    }

    private static async Task ExpectAsync(HttpResponseMessage response, int status, string sentence)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, text);
        Assert.Contains(sentence, text, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(StreamReader reader, string kind)
    {
        using var limit = new CancellationTokenSource(Patience.Longest);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (string.Equals(line, $"event: {kind}", StringComparison.Ordinal))
            {
                return (await reader.ReadLineAsync(limit.Token))!["data: ".Length..];
            }
        }

        throw new InvalidOperationException($"The stream ended without {kind}.");
    }

    private async Task PublishAsync(string name)
    {
        var offer = lab.Stage.Make((clients, _) => clients.OfferPublish(Layers));
        using var response = await SendAsync("POST", $"{lab.Api.Base}/whip/{name}", offer.Sdp);
        var answer = await response.Content.ReadAsStringAsync();
        var low = new SyntheticVideoOptions
        {
            PacketsPerFrame = LowPackets,
            Width = 320,
            Height = 180,
        };
        var high = low with { PacketsPerFrame = HighPackets, Width = 640, Height = 360 };
        var client = lab.Stage.Run(
            "",
            (clients, now) =>
                clients.Connect(offer, answer, now, lab.Stage.Video(low), lab.Stage.Video(high))
        );
        await lab.ConnectedAsync(client);
    }

    private async Task<(SocketClient Viewer, string Session, string[] Links)> PlayAsync(string name)
    {
        var offer = lab.Stage.Make(
            (clients, _) =>
                clients.OfferPlay(new OfferOptions { Tracks = [ClientFactory.AudioVideo[1]] })
        );
        while (true)
        {
            using var response = await SendAsync("POST", $"{lab.Api.Base}/whep/{name}", offer.Sdp);
            if (response.StatusCode == HttpStatusCode.Conflict)
            {
                await Task.Delay(50);
                continue;
            }

            var answer = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.Created, answer);
            var viewer = lab.Stage.Run("", (clients, now) => clients.Connect(offer, answer, now));
            await lab.ConnectedAsync(viewer);
            return (
                viewer,
                response.Headers.Location!.ToString(),
                [.. response.Headers.GetValues("Link")]
            );
        }
    }

    private Task LayerAsync(SocketClient viewer, int packets) =>
        lab.Stage.UntilAsync(
            $"the layer of {packets} packets a frame comes",
            () => viewer.Client.Played[0].LastFramePackets == packets
        );

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(new(method), new Uri(lab.Control.Url, path));
        request.Headers.Authorization = new("Bearer", ControlProcess.Secret);
        if (body is not null)
        {
            var isSdp = body.StartsWith("v=0", StringComparison.Ordinal);
            request.Content = new StringContent(
                body,
                Encoding.UTF8,
                isSdp ? "application/sdp" : "application/json"
            );
        }

        return lab.SendRawAsync(request);
    }
}
