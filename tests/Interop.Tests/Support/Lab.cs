using System.Net.Http.Headers;
using System.Text;
using Edge.Processes;

namespace Interop.Tests.Support;

/// <summary>One running server, shared by the tests; each test has streams of its own.</summary>
public sealed class Lab : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private int _streams;

    internal ControlProcess Control { get; private set; } = null!;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    internal Uri Whip(string stream) =>
        new(Control.Url, $"/v1/apps/{ControlProcess.App}/whip/{stream}");

    internal Uri Whep(string stream) =>
        new(Control.Url, $"/v1/apps/{ControlProcess.App}/whep/{stream}");

    /// <summary>Sends a request with the app's secret, or without any authorization.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri url,
        string? body = null,
        string type = "application/sdp",
        string? token = ControlProcess.Secret
    )
    {
        using var request = new HttpRequestMessage(method, url);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await _http.SendAsync(request);
    }

    /// <inheritdoc/>
    public async Task InitializeAsync() => Control = await ControlProcess.StartAsync([]);

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Control is not null)
        {
            await Control.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
