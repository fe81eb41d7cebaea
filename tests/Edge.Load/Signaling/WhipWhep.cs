using System.Collections.Concurrent;
using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>WHIP (RFC 9725) and WHEP, by any server.</summary>
internal sealed class WhipWhep(LoadOptions options, ClientFactory clients, LoadClock clock)
    : ISignaling
{
    private static readonly TimeSpan PublisherLongest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SocketClient, string> _running = [];
    private readonly HttpSessions _sessions = new(
        clients,
        clock,
        options.Bind,
        options.Token,
        PublisherLongest,
        options.ReceivesWhole
    );

    public async Task<SocketClient> PublishAsync(ClientStream[] streams, int number = 0)
    {
        var endpoint = Of(options.Whip!, number);
        return Remember(await _sessions.PublishAsync(endpoint, streams));
    }

    public async Task PlayAsync(Action<SocketClient> started, int number = 0) =>
        started(Remember(await _sessions.PlayAsync(Of(options.Whep!, number))));

    public async Task LeaveAsync(SocketClient viewer)
    {
        if (_running.TryRemove(viewer, out var session))
        {
            await _sessions.EndAsync(session);
        }
    }

    public async Task LeaveAsync()
    {
        foreach (var client in _running.Keys)
        {
            await LeaveAsync(client);
        }
    }

    public void Dispose() => _sessions.Dispose();

    private static Uri Of(Uri first, int number) =>
        number == 0 ? first : new Uri($"{first}-{number}");

    private SocketClient Remember(SocketClient client)
    {
        _running[client] = client.SessionId;
        return client;
    }
}
