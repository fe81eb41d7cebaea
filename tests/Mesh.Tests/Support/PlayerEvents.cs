using System.Net;
using System.Text.Json;
using Edge.Processes;

namespace Mesh.Tests.Support;

/// <summary>A stream of events of a WHEP player, read as it comes.</summary>
internal sealed class PlayerEvents : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private PlayerEvents(string path, HttpResponseMessage response, StreamReader reader)
    {
        Path = path;
        _response = response;
        _reader = reader;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Opens one with all events, and begins to read it.</summary>
    public static async Task<PlayerEvents> OpenAsync(StreamClient client, string session)
    {
        using var opened = await client.SendAsync("POST", $"{session}/sse");
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        return await ReadAsync(client, opened.Headers.Location!.OriginalString);
    }

    /// <summary>Begins to read one that is open.</summary>
    public static async Task<PlayerEvents> ReadAsync(StreamClient client, string path)
    {
        var response = await client.SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new PlayerEvents(
            path,
            response,
            new StreamReader(await response.Content.ReadAsStreamAsync())
        );
    }

    /// <summary>Reads on until an event whose data is as expected; the data.</summary>
    public async Task<JsonElement> UntilAsync(string kind, Func<JsonElement, bool>? isEnough = null)
    {
        var seen = new List<string>();
        while (await NextAsync() is { } next)
        {
            seen.Add($"{next.Kind} {next.Data}");
            if (next.Kind.Equals(kind, StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(next.Data);
                var data = document.RootElement.Clone();
                if (isEnough?.Invoke(data) ?? true)
                {
                    return data;
                }
            }
        }

        throw new InvalidOperationException($"No {kind} before the end: {string.Join('|', seen)}");
    }

    /// <summary>Reads to the end, which has to come as HTTP has it; the kinds of events before it.</summary>
    public async Task<IReadOnlyList<string>> RestAsync()
    {
        var kinds = new List<string>();
        while (await NextAsync() is { } next)
        {
            kinds.Add(next.Kind);
        }

        return kinds;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }

    private async Task<(string Kind, string Data)?> NextAsync()
    {
        const string prefix = "event: ";
        using var limit = new CancellationTokenSource(Patience.Longest);
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                var data = await _reader.ReadLineAsync(limit.Token);
                return (line[prefix.Length..], data!["data: ".Length..]);
            }
        }

        return null;
    }
}
