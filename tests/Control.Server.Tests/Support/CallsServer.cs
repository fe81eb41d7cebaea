using System.Net;
using System.Text;
using System.Text.Json;
using Control.Server.Apps.Credentials;
using Control.Server.Lifetime;
using Control.Server.Turn;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings.Limits;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Support;

/// <summary>A real Kestrel on loopback with the session API over a fake node.</summary>
internal sealed class CallsServer : IAsyncDisposable
{
    public const string App = "/v1/apps/one";
    public const string OperatorToken = "token-of-the-operator";

    /// <summary>For tests that send many requests at once.</summary>
    public static readonly CallsLimits Wide = new()
    {
        RequestsPerSecondPerSession = 100_000,
        RequestsPerSecondPerApp = 1_000_000,
        RefusalsPerSecondPerAddress = 100_000,
        NewSessionsPerSecond = 100_000,
    };

    private readonly ControlServer _server;

    private CallsServer(ControlServer server, FakeCallsNode node, DrainState drain, ManualTime time)
    {
        _server = server;
        Node = node;
        Drain = drain;
        Time = time;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        Client = new HttpClient(handler) { BaseAddress = server.PublicUrls[0] };
    }

    public FakeCallsNode Node { get; }

    public DrainState Drain { get; }

    public ManualTime Time { get; }

    public HttpClient Client { get; }

    public static async Task<CallsServer> StartAsync(
        CallsLimits? limits = null,
        TurnSettings? turn = null,
        string? operatorToken = OperatorToken,
        Func<ManualTime, CredentialStore>? credentials = null,
        string apps = $"one:{TestServer.Secret},two:{TestServer.OtherSecret}"
    )
    {
        var time = new ManualTime();
        var node = new FakeCallsNode();
        var drain = new DrainState();
        var settings = TestSettings.Read(apps) with
        {
            Limits = limits ?? new CallsLimits(),
            Turn = turn,
            OperatorToken = operatorToken,
        };
        var server = ControlServer.Create(
            settings,
            node,
            certificates: null,
            drain,
            new ServerOptions
            {
                Loggers = NullLoggerFactory.Instance,
                Time = time,
                Random = new Random(1),
                Credentials = credentials?.Invoke(time),
                Version = "test",
            }
        );
        await server.StartAsync(CancellationToken.None);
        return new CallsServer(server, node, drain, time);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>Every endpoint that is routed to.</summary>
    public IEnumerable<Microsoft.AspNetCore.Http.Endpoint> Endpoints => _server.Endpoints;

    /// <summary>Ends the server and leaves the client.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    /// <summary>Sends a request; the body as browsers send a text, with no JSON type.</summary>
    public Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        string? body = null,
        string? bearer = TestServer.Secret,
        string? key = null,
        CancellationToken cancellation = default
    )
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Sends a request and returns the answer's text, when it has that status.</summary>
    public async Task<string> TextAsync(
        int status,
        string method,
        string path,
        string? body = null,
        string? bearer = TestServer.Secret,
        string? key = null
    )
    {
        using var response = await SendAsync(method, path, body, bearer, key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        if (response.StatusCode != HttpStatusCode.NoContent)
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
            using var document = JsonDocument.Parse(text);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }

        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        return text;
    }

    /// <summary>Makes a session and returns its path.</summary>
    public async Task<string> CreateSessionAsync(
        string bearer = TestServer.Secret,
        string app = App
    )
    {
        var text = await TextAsync(201, "POST", $"{app}/sessions/new", bearer: bearer);
        using var document = JsonDocument.Parse(text);
        return $"{app}/sessions/{document.RootElement.GetProperty("sessionId").GetString()}";
    }

    /// <summary>Signs a token of the app "one" that lives for an hour.</summary>
    public string Sign(string claims)
    {
        var exp = Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        return Tokens.Sign(Tokens.Header, $$"""{"app":"one","exp":{{exp}},{{claims}}}""");
    }
}
