using System.Net;
using Edge.Bus.Lan;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Three buses of one PoP, with a gate between each two.</summary>
internal sealed class LanLab : INetworkBusLab
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private readonly List<LanBus> _buses = [];
    private readonly List<Link> _links = [];

    /// <inheritdoc/>
    public IReadOnlyList<IBus> Buses => _buses;

    /// <inheritdoc/>
    public bool IsConnectedAlone => true;

    /// <inheritdoc/>
    public int ConnectionsOfEach => Names.Length - 1;

    /// <summary>Three that are connected.</summary>
    public static async Task<IBusLab> OpenAsync()
    {
        var lab = new LanLab();
        foreach (var name in Names)
        {
            lab._buses.Add(
                LanBuses.Start(
                    LanBuses.Options(name) with
                    {
                        OutgoingBytesMax = 4 << 20,
                        IncomingBytesMax = 4 << 20,
                        // Longer than this machine is ever late, and short enough to wait for.
                        SilenceMax = TimeSpan.FromSeconds(3),
                    },
                    NullLogger.Instance
                )
            );
        }

        for (var dialler = 0; dialler < Names.Length; dialler++)
        {
            for (var acceptor = dialler + 1; acceptor < Names.Length; acceptor++)
            {
                lab._links.Add(
                    new(dialler, acceptor, TcpGate.Open(lab._buses[acceptor].Address.Port))
                );
            }
        }

        for (var index = 0; index < Names.Length; index++)
        {
            lab._buses[index].SetPeers([.. lab.PeersOf(index)]);
        }

        Assert.True(
            await Wait.ForAsync(() =>
                lab._buses.All(bus => bus.Peers.All(peer => peer.IsConnected))
            )
        );
        return lab;
    }

    /// <inheritdoc/>
    public bool IsJoined(int index) =>
        _buses[index].IsConnected && _buses[index].Peers.Any(peer => peer.IsConnected);

    /// <inheritdoc/>
    public Task CutAsync(int index) => ForEach(index, gate => gate.Cut());

    /// <inheritdoc/>
    public Task HealAsync(int index) => ForEach(index, gate => gate.Heal());

    /// <inheritdoc/>
    public Task StallAsync(int index) => ForEach(index, gate => gate.Stall());

    /// <inheritdoc/>
    public Task ResumeAsync(int index) => ForEach(index, gate => gate.Resume());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_buses.Select(bus => bus.DisposeAsync().AsTask()));

        foreach (var link in _links)
        {
            await link.Gate.DisposeAsync();
        }
    }

    private IEnumerable<LanPeer> PeersOf(int index) =>
        from link in _links
        where link.Dialler == index || link.Acceptor == index
        let other = link.Dialler == index ? link.Acceptor : link.Dialler
        select new LanPeer(Names[other], new(IPAddress.Loopback, link.Gate.Port));

    private Task ForEach(int index, Action<TcpGate> act)
    {
        foreach (var link in _links.Where(link => link.Dialler == index || link.Acceptor == index))
        {
            act(link.Gate);
        }

        return Task.CompletedTask;
    }

    private sealed record Link(int Dialler, int Acceptor, TcpGate Gate);
}
