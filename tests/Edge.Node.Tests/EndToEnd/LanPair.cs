using System.Net;
using Edge.Bus.Lan;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Two nodes of a PoP tied by LAN buses, with their connection over loopback.</summary>
internal sealed class LanPair : IAsyncDisposable
{
    private static readonly LanKey Key = new(1, [.. new byte[LanKey.SecretBytes]]);

    private readonly LanBus[] _buses = [Start("n1"), Start("n2")];

    public LanPair()
    {
        LanPeer[] peers = [new("n1", _buses[0].Address), new("n2", _buses[1].Address)];
        foreach (var bus in _buses)
        {
            bus.SetPeers(peers);
        }
    }

    /// <summary>The options of the first node.</summary>
    public MediaNodeOptions First(MediaNodeOptions options) => Join(options, 0);

    /// <summary>The options of the second node.</summary>
    public MediaNodeOptions Second(MediaNodeOptions options) => Join(options, 1);

    /// <summary>Waits until they are connected.</summary>
    public Task UntilJoinedAsync() =>
        Patience.UntilAsync(
            "both are connected",
            () => Task.FromResult(_buses.Count(bus => bus.Peers is [{ IsConnected: true }])),
            count => count == _buses.Length
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    private MediaNodeOptions Join(MediaNodeOptions options, int index) =>
        options with
        {
            Pop = "pop",
            Node = $"n{index + 1}",
            // So that both read each other's codes.
            PopSecret = PopHarness.Secret,
            Mesh = new MeshOptions { Near = _buses[index] },
        };

    private static LanBus Start(string name) =>
        Assert
            .IsType<LanBusStart.Running>(
                LanBus.Start(
                    new LanBusOptions
                    {
                        Name = name,
                        Listen = new(IPAddress.Loopback, port: 0),
                        Keys = [Key],
                        // A busy machine must not look like a dead one.
                        SilenceMax = TimeSpan.FromSeconds(20),
                    },
                    NullLogger.Instance
                )
            )
            .Bus;
}
