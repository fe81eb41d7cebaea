using Conformance.Tests.Support;
using Edge.Processes;

namespace Conformance.Tests.Credentials;

/// <summary>A server that knows a TURN server. That one starts when a test asks for it.</summary>
public sealed class TurnLab : IAsyncLifetime, IDisposable
{
    private const string Secret = "secret-shared-with-coturn";

    private readonly int _port = FreePorts.Udp();
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("edge-turn-");
    private Coturn? _coturn;

    internal CallsLab Lab { get; private set; } = null!;

    internal string StunUrl => $"stun:127.0.0.1:{_port}";

    internal string TurnUrl => $"turn:127.0.0.1:{_port}?transport=udp";

    public Task InitializeAsync()
    {
        var secret = Path.Combine(_files.FullName, "secret");
        File.WriteAllText(secret, Secret);
        Lab = CallsLab.With(
            ("EDGE_TURN_URLS", $"{StunUrl},{TurnUrl}"),
            ("EDGE_TURN_SECRET_FILE", secret)
        );
        return Lab.InitializeAsync();
    }

    /// <summary>Starts the TURN server, unless it runs.</summary>
    internal async Task StartRelayAsync() => _coturn ??= await Coturn.StartAsync(_port, Secret);

    /// <summary>What coturn's own client makes of credentials.</summary>
    internal async Task<(int ExitCode, string Output)> RelayAsync(string user, string credential)
    {
        await StartRelayAsync();
        return await Coturn.RelayAsync(_port, user, credential);
    }

    public async Task DisposeAsync()
    {
        if (_coturn is not null)
        {
            await _coturn.DisposeAsync();
        }

        await Lab.DisposeAsync();
    }

    public void Dispose()
    {
        Lab.Dispose();
        _files.Delete(recursive: true);
    }
}
