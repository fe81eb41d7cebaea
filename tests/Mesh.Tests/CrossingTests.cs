using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>One address for two PoPs: routes of clients flip from one to the other in mid-call.</summary>
public sealed class CrossingTests : IDisposable
{
    private const int A = 0;
    private const int B = 1;

    // Publishers are told apart by the packets of a picture.
    private const int Packets = 3;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    /// <summary>What a publisher sends comes to the other PoP, and back; so does what a player says. Nobody's session is
    /// lost, and players of both PoPs go on each time.</summary>
    [Fact]
    public async Task Flip_ToTheOtherPopAndBack_PlayersOfBothGoOn()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 2);
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        var publisher = await pops.At(A).PublishAsync("cam", Packets);
        SocketClient[] players =
        [
            await pops.At(A).PlayAsync("cam"),
            await pops.At(B).PlayAsync("cam"),
        ];
        await _stage.UntilAllSeeAsync(players, Packets);
        var connectedAt = publisher.Client.ConnectedAt;
        var (a, b) = _stage.Look(() => (AddressOf(players[A]), AddressOf(players[B])));

        _stage.Look(() => publisher.Route = players[A].Route = _ => b);
        await _stage.UntilAllSeeAsync(players, Packets);
        _stage.Look(() => publisher.Route = players[A].Route = _ => a);
        await _stage.UntilAllSeeAsync(players, Packets);

        Assert.Equal(connectedAt, publisher.Client.ConnectedAt);
        Assert.False(_stage.Look(publisher.HasEnded));
    }

    private static Edge.Primitives.NetworkAddress AddressOf(SocketClient client) =>
        client.Client.Peer.Transport.Ice.Selected;
}
