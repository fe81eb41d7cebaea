using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Conformance.Tests.Support;

/// <summary>Calls the session API over HTTP for one app, as Cloudflare's clients do, and holds each answer
/// to the rules of all answers and to /openapi.json.</summary>
internal sealed class ApiClient(
    HttpClient http,
    Uri server,
    ApiContract contract,
    string app,
    string? bearer
)
{
    /// <summary>What precedes every path of the app.</summary>
    public string Base { get; init; } = $"/v1/apps/{app}";

    /// <summary>Sees every exchange: method, path, request, answer.</summary>
    public Action<string, string, string?, Reply>? Watch { get; init; }

    /// <summary>The same API for a holder of something else.</summary>
    public ApiClient As(string? other) =>
        new(http, server, contract, app, other) { Base = Base, Watch = Watch };

    /// <summary>The same API at another base, "/apps/..." for instance.</summary>
    public ApiClient At(string path) =>
        new(http, server, contract, app, bearer) { Base = path, Watch = Watch };

    /// <summary>The same API with somebody who looks on.</summary>
    public ApiClient Watched(Action<string, string, string?, Reply> watch) =>
        new(http, server, contract, app, bearer) { Base = Base, Watch = watch };

    /// <summary>Sends a request; a body goes as browsers send a text.</summary>
    public async Task<Reply> SendAsync(
        string method,
        string path,
        string? body = null,
        string? type = "text/plain;charset=UTF-8",
        params (string Name, string Value)[] headers
    )
    {
        var whole = Base + path;
        using var request = new HttpRequestMessage(new(method), new Uri(server, whole));
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = type is null
                ? null
                : MediaTypeHeaderValue.Parse(type);
        }

        using var response = await http.SendAsync(request);
        var reply = await ReplyRules.ReadAsync(response, $"{method} {whole}");
        Assert.Null(contract.FindInAnswer(method, whole, reply.Status, reply.Body));
        Watch?.Invoke(method, path, body, reply);
        return reply;
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    public Task<Reply> PostAsync(string path, string? body = null) => SendAsync("POST", path, body);

    public Task<Reply> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<Reply> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Makes a session; its id.</summary>
    public async Task<string> NewSessionAsync(string query = "") =>
        (await PostAsync($"/sessions/new{query}")).Expect(201).Find("sessionId")!;

    /// <summary>POST tracks/new with these items, and an offer if there is one.</summary>
    public Task<Reply> NewTracksAsync(string session, string tracks, string? offer = null) =>
        PostAsync($"/sessions/{session}/tracks/new", Body(tracks, offer));

    /// <summary>PUT renegotiate with an answer.</summary>
    public Task<Reply> RenegotiateAsync(string session, string answer) =>
        PutAsync($"/sessions/{session}/renegotiate", $"{{{Description("answer", answer)}}}");

    /// <summary>PUT tracks/close.</summary>
    public Task<Reply> CloseAsync(string session, string mids, string? offer = null) =>
        PutAsync(
            $"/sessions/{session}/tracks/close",
            Body(mids, offer)[..^1] + $",\"force\":{(offer is null ? "true" : "false")}}}"
        );

    /// <summary>PUT tracks/update.</summary>
    public Task<Reply> UpdateAsync(string session, string tracks) =>
        PutAsync($"/sessions/{session}/tracks/update", Body(tracks, offer: null));

    /// <summary>GET of a session.</summary>
    public Task<Reply> StateAsync(string session) => GetAsync($"/sessions/{session}");

    /// <summary>The member "sessionDescription".</summary>
    public static string Description(string type, string sdp) =>
        $"\"sessionDescription\":{{\"type\":\"{type}\",\"sdp\":{JsonSerializer.Serialize(sdp)}}}";

    private static string Body(string tracks, string? offer) =>
        offer is null
            ? $"{{\"tracks\":[{tracks}]}}"
            : $"{{\"tracks\":[{tracks}],{Description("offer", offer)}}}";
}
