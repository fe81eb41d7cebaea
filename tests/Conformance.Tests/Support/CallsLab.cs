using Edge.Processes;

namespace Conformance.Tests.Support;

/// <summary>The real server process with two apps, shared by the tests of a class.</summary>
public sealed class CallsLab : IAsyncLifetime, IDisposable
{
    /// <summary>A second app, which must see nothing of the first.</summary>
    internal const string OtherApp = "others";

    /// <summary>Its secret.</summary>
    internal const string OtherSecret = "another-secret-of-the-tests";

    /// <summary>The token of who makes apps and TURN keys.</summary>
    internal const string OperatorToken = "token-of-the-operator";

    private readonly HttpClient _http;
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("edge-conformance-");
    private readonly IReadOnlyList<string> _prefix;
    private readonly (string Name, string Value)[] _settings;

    /// <summary>A server with the settings that every test can live with.</summary>
    public CallsLab()
        : this([], new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, []) { }

    private CallsLab(
        IReadOnlyList<string> prefix,
        HttpMessageHandler handler,
        (string Name, string Value)[] settings
    )
    {
        _prefix = prefix;
        _http = new HttpClient(handler);
        _settings = settings;
    }

    internal ControlProcess Control { get; private set; } = null!;

    internal Stage Stage { get; } = new();

    /// <summary>What the server says of itself in /openapi.json.</summary>
    internal ApiContract Contract { get; private set; } = null!;

    /// <summary>The API as the app of the tests sees it.</summary>
    internal ApiClient Api => ApiOf(ControlProcess.App, ControlProcess.Secret);

    /// <summary>The API as the other app sees it.</summary>
    internal ApiClient OtherApi => ApiOf(OtherApp, OtherSecret);

    /// <summary>A server with further settings, for a fixture that has this one as a part.</summary>
    internal static CallsLab With(params (string Name, string Value)[] settings) =>
        new([], new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, settings);

    /// <summary>A server in another network.</summary>
    /// <param name="prefix">The command that runs it there.</param>
    /// <param name="handler">Sends requests from there.</param>
    /// <param name="settings">Further settings.</param>
    internal static CallsLab Elsewhere(
        IReadOnlyList<string> prefix,
        HttpMessageHandler handler,
        params (string Name, string Value)[] settings
    ) => new(prefix, handler, settings);

    internal ApiClient ApiOf(string app, string? bearer) =>
        new(_http, Control.Url, Contract, app, bearer);

    /// <summary>The API of the app of the tests, asked from another place.</summary>
    internal ApiClient ApiFrom(HttpClient http) =>
        new(http, Control.Url, Contract, ControlProcess.App, ControlProcess.Secret);

    /// <summary>Sends a request as it is, with no rule held to its answer.</summary>
    internal Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Writes a file that a setting names.</summary>
    internal string WriteFile(string name, string text)
    {
        var path = Path.Combine(_files.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var apps = $"{ControlProcess.App}:{ControlProcess.Secret},{OtherApp}:{OtherSecret}";
        Control = await ControlProcess.StartAsync(
            _prefix,
            [
                ("EDGE_APPS", apps),
                // Sessions that tests leave behind hold nobody up.
                ("EDGE_DRAIN_SECONDS", "0"),
                ("EDGE_OPERATOR_TOKEN_FILE", WriteFile("operator", OperatorToken)),
                .. _settings,
            ]
        );
        using var response = await _http.GetAsync(new Uri(Control.Url, "/openapi.json"));
        Contract = ApiContract.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        Stage.Dispose();
        if (Control is not null)
        {
            await Control.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _files.Delete(recursive: true);
    }
}
