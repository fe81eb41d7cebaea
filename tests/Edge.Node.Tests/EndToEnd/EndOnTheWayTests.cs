using Edge.Node.HandOver.State;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>An app that ends while its sessions are on their way to another node: they end there.</summary>
public sealed class EndOnTheWayTests
{
    /// <summary>All nodes are told while the letter is between two of them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CloseApp_SessionsInALetter_EndWhereTheyArrive(bool isReturn)
    {
        await using var pop = new PopHarness(2);
        var publisher = await pop.First.PublishAsync();
        var caller = await pop.First.PushAsync();
        var other = await pop.First.PushAsync(app: "other");
        SocketClient[] clients = [publisher, caller, other];
        _ = await pop.First.NewSessionAsync();
        pop.RunUntil(
            () => Array.TrueForAll(clients, client => client.Client.ConnectedAt.IsSet),
            "Somebody did not connect."
        );

        await pop.RunAsync(() => MoveAsync(pop, isReturn));

        var heir = pop.Nodes[isReturn ? 0 : 1];
        pop.RunUntil(
            () => heir.Node.Report() is { Publishers: 0, Callers: 1 },
            "Sessions of the app go on."
        );
        Assert.True(heir.Node.State.HasSession(other.SessionId));
        pop.RunUntil(
            () => StateOf(publisher) == PeerState.Closed && StateOf(caller) == PeerState.Closed,
            "Clients were not told."
        );
        Assert.Equal(PeerState.Connected, StateOf(other));
    }

    private static async Task MoveAsync(PopHarness pop, bool isReturn)
    {
        var from = pop.First.Node;
        var to = pop.Nodes[1].Node;
        var group = await PopHarness.WriteAllAsync(from);
        Assert.Equal(4, group.Sessions.Count);
        var letter = GroupLetter.Write(group.Parcels);

        await from.CloseAppAsync("app");
        await to.CloseAppAsync("app");

        Assert.Null(
            isReturn
                ? await from.Taker.ReturnAsync(group.Parcels)
                : await to.Taker.TakeAsync(letter, CancellationToken.None)
        );
        await from.Giver.ForgetAsync(group, isReturn ? from.Number : to.Number, isHere: isReturn);
    }

    private static PeerState StateOf(SocketClient client) => client.Client.Peer.Transport.State;
}
