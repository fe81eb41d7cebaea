using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>WHIP (RFC 9725) and WHEP, by any server.</summary>
internal sealed class WhipWhep(LoadOptions options, ClientFactory clients, LoadClock clock)
    : ISignaling
{
    private static readonly TimeSpan PublisherLongest = TimeSpan.FromSeconds(10);

    private readonly List<string> _running = [];
    private readonly HttpSessions _sessions = new(
        clients,
        clock,
        options.Bind,
        options.Token,
        PublisherLongest
    );

    public async Task<SocketClient> PublishAsync(ClientStream[] streams) =>
        Remember(await _sessions.PublishAsync(options.Whip!, streams));

    public async Task PlayAsync(Action<SocketClient> started) =>
        started(Remember(await _sessions.PlayAsync(options.Whep!)));

    public async Task LeaveAsync()
    {
        foreach (var session in _running)
        {
            await _sessions.EndAsync(session);
        }

        _running.Clear();
    }

    public void Dispose() => _sessions.Dispose();

    private SocketClient Remember(SocketClient client)
    {
        _running.Add(client.SessionId);
        return client;
    }
}
