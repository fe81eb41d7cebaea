using System.Net;
using System.Text;
using Control.Contract;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Whep;

/// <summary>A player of a stream at a server over a fake node, and what its streams of events tell.</summary>
internal sealed class PlayerLab : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private PlayerLab(TestServer server, string session)
    {
        Server = server;
        Session = session;
    }

    public TestServer Server { get; }

    /// <summary>The path of the player's session.</summary>
    public string Session { get; }

    public static async Task<PlayerLab> StartAsync()
    {
        var server = await TestServer.StartAsync();
        return new PlayerLab(server, await server.CreateSessionAsync("/v1/apps/one/whep/cam"));
    }

    /// <summary>Changes what the node says of the player.</summary>
    public void Change(Func<SessionReport, SessionReport> change) =>
        Server.Node.Change(Session[(Session.LastIndexOf('/') + 1)..], change);

    public Task<HttpResponseMessage> PostAsync(string path, string body) =>
        Server.PostAsync(Session + path, bearer: null, body, "application/json");

    public Task<HttpResponseMessage> DeleteAsync(string path) =>
        Server.SendAsync(HttpMethod.Delete, path);

    /// <summary>Opens a stream of events; its path.</summary>
    public async Task<string> OpenAsync(string kinds = "")
    {
        using var response = await PostAsync("/sse", kinds);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }

    /// <summary>Begins to read one.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) =>
        Server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>What comes next, whole events, while time goes on; null at the end.</summary>
    /// <param name="reader">The stream.</param>
    /// <param name="passed">Adds up the seconds that had to pass.</param>
    public async Task<string?> NextAsync(StreamReader reader, Action? passed = null)
    {
        var text = new StringBuilder();
        while (true)
        {
            var line = await LineAsync(reader, passed);
            if (line is null or "")
            {
                return line is null && text.Length == 0 ? null : text.ToString();
            }

            text.Append(text.Length == 0 ? "" : "|").Append(line);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task<string?> LineAsync(StreamReader reader, Action? passed)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var line = reader.ReadLineAsync(limit.Token).AsTask();
        while (!line.IsCompleted)
        {
            // A look has been made when the server waits for the next.
            await Task.WhenAny(line, Task.Delay(20, limit.Token));
            if (!line.IsCompleted)
            {
                Server.Time.Advance(Second);
                passed?.Invoke();
            }
        }

        return await line;
    }
}
