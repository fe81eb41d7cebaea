using Conformance.Tests.Remote;
using Conformance.Tests.Support;

namespace Conformance.Tests.Channels;

/// <summary>A server, and peers of two other implementations.</summary>
public sealed class ChannelLab : IAsyncLifetime, IDisposable
{
    private readonly Dictionary<string, NodeHost> _hosts = new(StringComparer.Ordinal);
    private int _peers;

    internal CallsLab Lab { get; } = new();

    /// <summary>The host of a stack.</summary>
    internal NodeHost Host(string stack) => _hosts[stack];

    /// <summary>A peer with a session and its transport for channels, made by the server's offer.</summary>
    /// <param name="stack">Its implementation.</param>
    /// <param name="replace">What it is to write otherwise in its SDP.</param>
    internal Task<RemotePeer> ConnectAsync(string stack, string? replace = null) =>
        ConnectAsync(_hosts[stack], replace);

    /// <inheritdoc cref="ConnectAsync(string, string?)"/>
    internal async Task<RemotePeer> ConnectAsync(IPeerHost host, string? replace = null)
    {
        var name = $"peer-{Interlocked.Increment(ref _peers)}";
        var peer = await RemotePeer.CreateAsync(host, Lab.Api, name, replace);
        await peer.AskAsync(
            "channel",
            "\"channel\":\"server-events\",\"options\":{\"negotiated\":true,\"id\":0}"
        );
        var offered = (await Lab.Api.EstablishAsync(peer.SessionId)).Expect(200);
        await peer.AnswerAsync(offered);
        await peer.ConnectedAsync();
        return peer;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Lab.InitializeAsync();
        foreach (var stack in (string[])[NodeHost.Werift, NodeHost.Libwebrtc])
        {
            _hosts[stack] = NodeHost.Start(stack);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.DisposeAsync();
        }

        await Lab.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => Lab.Dispose();
}
