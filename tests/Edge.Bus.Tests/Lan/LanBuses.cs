using System.Collections.Immutable;
using System.Net;
using Edge.Bus.Lan;
using Edge.Bus.Tests.Contract;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Buses for tests, on ports of loopback.</summary>
internal static class LanBuses
{
    /// <summary>The key of the PoP.</summary>
    public static readonly LanKey Key = KeyOf(1);

    /// <summary>A key of its own.</summary>
    public static LanKey KeyOf(byte id) =>
        new(id, [.. Enumerable.Range(0, LanKey.SecretBytes).Select(index => (byte)(index + id))]);

    /// <summary>Options with the PoP's key and without peers.</summary>
    public static LanBusOptions Options(string name, params ImmutableArray<LanKey> keys) =>
        new()
        {
            Name = name,
            Listen = new(IPAddress.Loopback, port: 0),
            Keys = keys.IsEmpty ? [Key] : keys,
            // A busy machine must not look like a dead one, but where that is the subject.
            SilenceMax = TimeSpan.FromSeconds(20),
            FinishWithin = TimeSpan.FromSeconds(20),
        };

    /// <summary>Starts one, which has to go well.</summary>
    public static LanBus Start(LanBusOptions options, ILogger? logger = null) =>
        Assert
            .IsType<LanBusStart.Running>(LanBus.Start(options, logger ?? NullLogger.Instance))
            .Bus;

    /// <summary>How others are told of it.</summary>
    public static LanPeer PeerOf(string name, LanBus bus) => new(name, bus.Address);

    /// <summary>Makes some each other's peers, named n1, n2 and so on.</summary>
    public static void Join(params LanBus[] buses)
    {
        var peers = buses.Select((bus, index) => PeerOf($"n{index + 1}", bus)).ToArray();
        foreach (var bus in buses)
        {
            bus.SetPeers(peers);
        }
    }

    /// <summary>Waits until a bus has all its peers.</summary>
    public static async Task UntilJoinedAsync(params LanBus[] buses) =>
        Assert.True(
            await Wait.ForAsync(() =>
                buses.All(bus => bus.Peers.Count > 0 && bus.Peers.All(peer => peer.IsConnected))
            ),
            "All are connected."
        );

    /// <summary>Waits until a peer's last failure is a certain one.</summary>
    public static async Task UntilEndAsync(LanBus bus, LanEnd end) =>
        Assert.True(
            await Wait.ForAsync(() => bus.Peers[0].LastEnd == end),
            $"The end is {bus.Peers[0].LastEnd}."
        );
}
