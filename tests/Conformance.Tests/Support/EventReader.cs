using System.Text.Json;
using Edge.Processes;

namespace Conformance.Tests.Support;

/// <summary>Reads server-sent events as they come.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly List<Event> _events = [];

    private EventReader(HttpResponseMessage response, StreamReader reader)
    {
        _response = response;
        _reader = reader;
    }

    /// <summary>Opens a stream; what happens from now on is in it.</summary>
    public static async Task<EventReader> OpenAsync(CallsLab lab, string path)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(lab.Control.Url, lab.Api.Base + path)
        );
        request.Headers.Authorization = new("Bearer", ControlProcess.Secret);
        var response = await lab.SendRawAsync(request);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith(":", await reader.ReadLineAsync(), StringComparison.Ordinal);
        return new EventReader(response, reader);
    }

    /// <summary>Reads until an event of a session.</summary>
    /// <returns>All events so far.</returns>
    public async Task<IReadOnlyList<Event>> UntilAsync(string type, string session)
    {
        using var limit = new CancellationTokenSource(Patience.Longest);
        string id = "";
        string kind = "";
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var happened = Read(id, kind, line[6..]);
                _events.Add(happened);
                if (happened == happened with { Type = type, Session = session })
                {
                    return _events;
                }
            }
        }

        throw new InvalidOperationException($"The stream ended before {type} of {session}.");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }

    private static Event Read(string id, string type, string data)
    {
        using var body = JsonDocument.Parse(data);
        Assert.Equal(type, body.RootElement.GetProperty("type").GetString());
        return new Event(
            long.Parse(id, System.Globalization.CultureInfo.InvariantCulture),
            type,
            body.RootElement.GetProperty("sessionId").GetString()!,
            data
        );
    }

    /// <summary>One event.</summary>
    /// <param name="Id">Its number in the stream.</param>
    /// <param name="Type">Its name.</param>
    /// <param name="Session">The session it is about.</param>
    /// <param name="Data">All of it, in JSON.</param>
    internal sealed record Event(long Id, string Type, string Session, string Data);
}
