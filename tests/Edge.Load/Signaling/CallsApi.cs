using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Edge.Testing;

namespace Edge.Load.Signaling;

/// <summary>The session and track API of one app, as far as a room needs it. Threads: any.</summary>
internal sealed class CallsApi : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _base;

    /// <summary>Makes it.</summary>
    /// <param name="app">What precedes every path: http://host/v1/apps/APP.</param>
    /// <param name="token">Bearer token of every request, if any.</param>
    public CallsApi(Uri app, string? token)
    {
        _base = app.ToString().TrimEnd('/');
        _http.DefaultRequestHeaders.Authorization = token is null
            ? null
            : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>POST sessions/new; the session's id.</summary>
    public async Task<string> NewSessionAsync() =>
        (string)(await SendAsync(HttpMethod.Post, "/sessions/new", body: null))["sessionId"]!;

    /// <summary>POST tracks/new with an offer; the answer.</summary>
    public async Task<string> PublishAsync(
        string session,
        string offer,
        IEnumerable<(string Mid, string Name)> tracks
    )
    {
        var items = tracks.Select(track => new JsonObject
        {
            ["location"] = "local",
            ["mid"] = track.Mid,
            ["trackName"] = track.Name,
        });
        var body = new JsonObject
        {
            ["sessionDescription"] = Description("offer", offer),
            ["tracks"] = new JsonArray([.. items]),
        };
        var reply = await SendAsync(HttpMethod.Post, $"/sessions/{session}/tracks/new", body);
        foreach (var item in reply["tracks"]!.AsArray())
        {
            if (ErrorOf(item!) is { } error)
            {
                throw new TestingException($"A track is not published: {error}");
            }
        }

        return Sdp(reply) ?? throw new TestingException("tracks/new answers no description.");
    }

    /// <summary>POST tracks/new without an offer.</summary>
    /// <returns>The server's offer, null when it takes none of them; of each track its mid, or why not.</returns>
    public async Task<(string? Offer, IReadOnlyList<PulledItem> Items)> PullAsync(
        string session,
        IEnumerable<(string Session, string Name)> tracks
    )
    {
        var items = tracks.Select(track => new JsonObject
        {
            ["location"] = "remote",
            ["sessionId"] = track.Session,
            ["trackName"] = track.Name,
        });
        var body = new JsonObject { ["tracks"] = new JsonArray([.. items]) };
        var reply = await SendAsync(HttpMethod.Post, $"/sessions/{session}/tracks/new", body);
        return (
            Sdp(reply),
            [
                .. reply["tracks"]!
                    .AsArray()
                    .Select(item => new PulledItem((string?)item!["mid"], ErrorOf(item))),
            ]
        );
    }

    /// <summary>PUT renegotiate.</summary>
    public Task RenegotiateAsync(string session, string answer) =>
        SendAsync(
            HttpMethod.Put,
            $"/sessions/{session}/renegotiate",
            new JsonObject { ["sessionDescription"] = Description("answer", answer) }
        );

    /// <summary>DELETE of a session, which may have ended already.</summary>
    public async Task EndAsync(string session)
    {
        using var response = await _http.DeleteAsync($"{_base}/sessions/{session}");
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Gone)
        {
            throw new TestingException($"DELETE of {session}: {(int)response.StatusCode}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, _base + path);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new TestingException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    private static JsonObject Description(string type, string sdp) =>
        new() { ["type"] = type, ["sdp"] = sdp };

    private static string? Sdp(JsonNode reply) => (string?)reply["sessionDescription"]?["sdp"];

    private static string? ErrorOf(JsonNode item) =>
        (string?)item["errorCode"] is { } code ? $"{code}: {item["errorDescription"]}" : null;

    /// <summary>What became of a track that was asked for.</summary>
    /// <param name="Mid">Its section in the server's offer.</param>
    /// <param name="Error">Why there is none.</param>
    internal readonly record struct PulledItem(string? Mid, string? Error);
}
