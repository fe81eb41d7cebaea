using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Edge.Testing;

namespace Edge.Load.Signaling;

/// <summary>One session of Janus' HTTP API: requests, and the events that answer them.</summary>
/// <remarks>Source: the Janus documentation, "REST API". Requests that a plugin handles in the background
/// are acknowledged at once; the answer is an event with the same transaction.</remarks>
internal sealed class JanusApi(Uri endpoint) : IDisposable
{
    private readonly HttpClient _http = new();
    private long _session;
    private int _transaction;

    public async Task OpenAsync() =>
        _session = Id(await SendAsync("", new JsonObject { ["janus"] = "create" }));

    /// <summary>Attaches to the VideoRoom; returns the handle.</summary>
    public async Task<long> AttachAsync() =>
        Id(
            await SendAsync(
                $"/{_session}",
                new JsonObject { ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom" }
            )
        );

    /// <summary>Asks the plugin and waits for what it says: the whole message, with data and jsep.</summary>
    public async Task<JsonNode> AskAsync(long handle, JsonObject body, JsonObject? jsep = null)
    {
        var request = new JsonObject { ["janus"] = "message", ["body"] = body };
        if (jsep is not null)
        {
            request["jsep"] = jsep;
        }

        var answer = await SendAsync($"/{_session}/{handle}", request);
        var transaction = (string)answer["transaction"]!;
        while ((string?)answer["janus"] is not ("success" or "event") || !Concerns(answer))
        {
            var text = await _http.GetStringAsync(Url($"/{_session}?maxev=1"));
            answer = Read(text);
        }

        if ((string?)answer["plugindata"]?["data"]?["error"] is { } error)
        {
            throw new TestingException($"Janus refuses {body["request"]}: {error}");
        }

        return answer;

        bool Concerns(JsonNode message) =>
            string.Equals((string?)message["transaction"], transaction, StringComparison.Ordinal);
    }

    /// <summary>Ends a handle with what it plays.</summary>
    public async Task DetachAsync(long handle) =>
        await SendAsync($"/{_session}/{handle}", new JsonObject { ["janus"] = "detach" });

    /// <summary>Ends the session with all its handles.</summary>
    public async Task CloseAsync() =>
        await SendAsync($"/{_session}", new JsonObject { ["janus"] = "destroy" });

    public void Dispose() => _http.Dispose();

    private static long Id(JsonNode answer) => (long)answer["data"]!["id"]!;

    private async Task<JsonNode> SendAsync(string path, JsonObject request)
    {
        _transaction++;
        request["transaction"] = _transaction.ToString(CultureInfo.InvariantCulture);
        using var response = await _http.PostAsJsonAsync(Url(path), request);
        return Read(await response.Content.ReadAsStringAsync());
    }

    private Uri Url(string path) => new(endpoint.ToString().TrimEnd('/') + path);

    private static JsonNode Read(string text)
    {
        var answer = JsonNode.Parse(text) ?? throw new TestingException("Janus said nothing.");
        return (string?)answer["janus"] is "error"
            ? throw new TestingException($"Janus: {answer["error"]?["reason"]}")
            : answer;
    }
}
