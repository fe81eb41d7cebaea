using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Edge.Processes;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>Publishes and pulls by the session and track API at one control, with real media.</summary>
internal sealed class CallsClient(Stage stage, Uri control, HttpMessageHandler? handler = null)
    : IDisposable
{
    private const string Microphone = "mic";
    private const string Camera = "cam";

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler())
    {
        BaseAddress = control,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Bearer", ControlProcess.Secret),
        },
    };

    /// <summary>One at a control that the test started.</summary>
    public CallsClient(Stage stage, ControlProcess control)
        : this(stage, control.Url) { }

    /// <summary>Publishes sound and pictures from a new session; waits until it is connected.</summary>
    public async Task<CallsPerson> PublishAsync(SyntheticVideoOptions video)
    {
        var made = await SendAsync(HttpMethod.Post, "/sessions/new", body: null);
        var id = (string)made["sessionId"]!;
        var session = stage.Make((clients, _) => clients.CreateSession());
        var (offer, audioMid, videoMid) = session.Offer();
        var reply = await SendAsync(
            HttpMethod.Post,
            $"/sessions/{id}/tracks/new",
            new JsonObject
            {
                ["sessionDescription"] = Description("offer", offer),
                ["tracks"] = new JsonArray(Local(audioMid, Microphone), Local(videoMid, Camera)),
            }
        );
        var client = stage.Run(
            id,
            (_, now) => session.Connect(Sdp(reply), now, stage.Audio(), stage.Video(video))
        );
        await stage.UntilAsync("the person is connected", () => client.Client.ConnectedAt.IsSet);
        return new(client, session);
    }

    /// <summary>Pulls what another person publishes; waits until it comes.</summary>
    public async Task PullAsync(CallsPerson viewer, CallsPerson publisher)
    {
        var reply = await SendAsync(
            HttpMethod.Post,
            $"/sessions/{viewer.Client.SessionId}/tracks/new",
            new JsonObject
            {
                ["tracks"] = new JsonArray(
                    Remote(publisher, Microphone),
                    Remote(publisher, Camera)
                ),
            }
        );
        var answer = viewer.Session.Answer(Sdp(reply));
        var played = stage.Make(
            (_, now) =>
            {
                var client = viewer.Client.Client;
                if (answer.Channels is { } channels)
                {
                    client.Attach(channels, now);
                }

                return answer.Received.Select(media => client.AddPlayed(media, now)).ToList();
            }
        );
        await SendAsync(
            HttpMethod.Put,
            $"/sessions/{viewer.Client.SessionId}/renegotiate",
            new JsonObject { ["sessionDescription"] = Description("answer", answer.Sdp) }
        );
        await stage.UntilAsync(
            "what was pulled comes",
            () => played.TrueForAll(track => track.FirstAt.IsSet)
        );
    }

    /// <summary>Asks for a session's state; the status.</summary>
    public async Task<HttpStatusCode> ReadAsync(CallsPerson person)
    {
        using var response = await _http.GetAsync(PathOf($"/sessions/{person.Client.SessionId}"));
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        var seen = await Patience.UntilAsync(
            $"{method} {path} is taken",
            () => TrySendAsync(method, path, body),
            seen =>
                seen.Status
                    is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        );
        Assert.True((int)seen.Status is >= 200 and < 300, $"{method} {path}: {seen}");
        return JsonNode.Parse(seen.Text) ?? new JsonObject();
    }

    private async Task<(HttpStatusCode Status, string Text)> TrySendAsync(
        HttpMethod method,
        string path,
        JsonObject? body
    )
    {
        using var request = new HttpRequestMessage(method, PathOf(path));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string PathOf(string path) => $"v1/apps/{ControlProcess.App}{path}";

    private static JsonObject Local(string mid, string name) =>
        new()
        {
            ["location"] = "local",
            ["mid"] = mid,
            ["trackName"] = name,
        };

    private static JsonObject Remote(CallsPerson publisher, string name) =>
        new()
        {
            ["location"] = "remote",
            ["sessionId"] = publisher.Client.SessionId,
            ["trackName"] = name,
        };

    private static JsonObject Description(string type, string sdp) =>
        new() { ["type"] = type, ["sdp"] = sdp };

    private static string Sdp(JsonNode reply) => (string)reply["sessionDescription"]!["sdp"]!;
}
