using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Data channels inside a peer, beside its media, over the virtual network.</summary>
public sealed class PeerChannelScenarios
{
    private const ushort Channel = 5;

    [Fact]
    public void Messages_BothWays_BesideMedia()
    {
        using var world = new PeerWorld(Seeds.Next());
        var (node, client) = Attach(world);
        world.Connect();
        world.Simulation.RunUntil(
            () => node.IsConnected && client.IsConnected,
            TimeSpan.FromSeconds(5)
        );
        Send(world, client, [1, 2, 3]);
        Send(world, node, [4, 5]);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal([1, 2, 3], Assert.Single(node.MessagesOf(Channel)));
        Assert.Equal([4, 5], Assert.Single(client.MessagesOf(Channel)));
        Assert.True(world.Node.Played[0].Packets > 20, "Media did not go on.");
    }

    [Fact]
    public void Messages_LossyNetwork_AllArriveInOrder()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.WifiLossy);
        var (node, client) = Attach(world);
        world.Connect();
        for (byte index = 0; index < 100; index++)
        {
            Send(world, client, [index]);
        }

        world.Simulation.RunUntil(
            () => node.MessagesOf(Channel).Count == 100,
            TimeSpan.FromSeconds(30)
        );
        Assert.Equal(
            Enumerable.Range(0, 100),
            node.MessagesOf(Channel).Select(message => (int)message[0])
        );
    }

    /// <summary>SCTP waits for consent like everything that is sent, and goes on with it.</summary>
    [Fact]
    public void Attach_AfterTheConnection_ConnectsAtOnce()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        var (node, client) = Attach(world);
        world.Simulation.RunUntil(
            () => node.IsConnected && client.IsConnected,
            TimeSpan.FromSeconds(5)
        );
    }

    /// <summary>A peer that is closed is silent: its channels neither repeat nor keep a timer.</summary>
    [Fact]
    public void Close_WithChannels_NoTimerIsLeft()
    {
        using var world = new PeerWorld(Seeds.Next());
        var (node, _) = Attach(world);
        world.Connect();
        world.Simulation.RunUntil(() => node.IsConnected, TimeSpan.FromSeconds(5));
        world.Node.Close(world.Simulation.Now);

        Assert.Equal(Instant.Never, world.NodeTransport.PollTimeout());
        Assert.Equal(PeerState.Closed, world.NodeTransport.State);
    }

    private static (ClientChannels Node, ClientChannels Client) Attach(PeerWorld world)
    {
        var random = Prng.FromNumber(7);
        var now = world.Simulation.Now;
        var node = world.Node.Attach(new ClientChannels(DtlsRole.Server, random.Fork()), now);
        var client = world.Client.Attach(new ClientChannels(DtlsRole.Client, random.Fork()), now);
        node.Open(Channel);
        client.Open(Channel);
        world.Simulation.DrainAll();
        return (node, client);
    }

    private static void Send(PeerWorld world, ClientChannels from, ReadOnlySpan<byte> message)
    {
        Assert.Equal(
            DataChannelSendResult.Accepted,
            from.Transport.Send(Channel, message, isBinary: true, world.Simulation.Now)
        );
        world.Simulation.DrainAll();
    }
}
