using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A peer that cannot be moved exactly is not moved, and goes on.</summary>
public sealed class HandoverRefusalTests
{
    [Fact]
    public void Capture_NotConnected_IsRefused()
    {
        using var world = new HandoverWorld(
            Seeds.Next(),
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) }
        );
        world.Simulation.RunUntil(
            () => world.Node.Peer.Transport.State == PeerState.Connecting,
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal(PeerCapture.NotConnected, Capture(world));
        world.Connect();
    }

    /// <summary>Until the client was heard to use its keys, our last flight may have to be sent again.</summary>
    [Fact]
    public void Capture_LibraryHoldsTheKeys_IsRefused()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        using var writer = new StateWriter(world.Simulation.Now, HandoverWorld.StateBytesMax);
        // The double of the handshake never lets go of them.
        Assert.Equal(PeerCapture.HandshakeInFlight, world.Node.Peer.TryCapture(writer));
        Assert.Equal(PeerState.Connected, world.NodeTransport.State);
    }

    [Fact]
    public void Capture_MoreThanTheWriterTakes_IsRefusedAndGoesOn()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        using var writer = new StateWriter(world.Simulation.Now, bytesMax: 1000);
        Assert.Equal(PeerCapture.TooLong, world.Node.Peer.TryCapture(writer));
        Assert.Equal(0, writer.Written.Length);

        var received = world.Node.MediaReceived;
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(world.Node.MediaReceived > received + 50);
        Assert.True(world.TryMove());
    }

    /// <summary>What no process could read does not leave: here a threshold beyond all counting.</summary>
    [Fact]
    public void Capture_CannotBeRead_IsRefusedAndGoesOn()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Attach(new DataChannelOptions { NegotiatedId = 5 });
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var channels = world.Node.Peer.Transport.Channels!;
        channels.SetBufferedAmountLowThreshold(5, long.MaxValue);
        Assert.Equal(PeerCapture.Unreadable, Capture(world));

        var received = world.Node.MediaReceived;
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(world.Node.MediaReceived > received + 50);
        channels.SetBufferedAmountLowThreshold(5, 0);
        Assert.True(world.TryMove());
    }

    /// <summary>What was asked for and nobody took yet moves along, and is told there only.</summary>
    [Fact]
    public void Capture_FeedbackWaits_IsToldElsewhere()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var former = world.Node.Peer;
        // A PLI for the picture.
        former.Sender.HandleRtcp(
            [0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0x30],
            world.Simulation.Now
        );
        Assert.True(world.TryMove());
        Assert.False(former.Sender.PollFeedback(out _));
        Assert.True(world.Node.Peer.Sender.PollFeedback(out var feedback));
        Assert.Equal(SenderFeedbackKind.KeyFrame, feedback.Kind);
    }

    [Fact]
    public void Capture_EventWaits_IsRefusedUntilItIsTaken()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var peer = world.Node.Peer;
        peer.Transport.HandlePathClosed(PeerWorld.ClientAddress, world.Simulation.Now);
        Assert.Equal(PeerCapture.NotDrained, Capture(world));
        Assert.True(peer.PollEvent(out var raised));
        Assert.Equal(PeerEventKind.AddressForgotten, raised.Kind);
        Assert.Equal(PeerCapture.Captured, Capture(world));
    }

    [Fact]
    public void Capture_DataChannelsBegin_IsRefusedUntilTheyAreThere()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        world.Attach();
        world.Simulation.DrainAll();
        Assert.Equal(PeerCapture.ChannelsUnsettled, Capture(world));

        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(world.TryMove());
        Assert.True(world.Node.Peer.Transport.Channels!.IsConnected);
        world.Node.Peer.Transport.Channels.Shutdown(world.Simulation.Now);
        Assert.Equal(PeerCapture.ChannelsUnsettled, Capture(world));
    }

    /// <summary>A TCP connection that does not go along is as one that was closed: the peer is sent to again after its next
    /// check, which comes from elsewhere.</summary>
    [Fact]
    public void Capture_OverTcpWithoutTheConnection_IsSentToAfterItsNextCheck()
    {
        var connection = PeerWorld.ClientAddress.OnConnection(7);
        using var world = new HandoverWorld(Seeds.Next(), clientAddress: connection);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.False(world.Node.Peer.Transport.Ice.CopyValidated(new NetworkAddress[1]) == 0);
        Assert.True(world.Node.Peer.Transport.Ice.IsOverConnection);
        Assert.True(world.TryMove());
        var peer = world.Node.Peer;
        Assert.Equal(0, peer.Transport.Ice.CopyValidated(new NetworkAddress[1]));
        Assert.False(peer.Transport.MaySend(world.Node.Local(world.Simulation.Now)));
        world.Simulation.Rebind(world.ClientHost, PeerWorld.ClientAddress);
        world.Simulation.RunFor(TimeSpan.FromSeconds(8));
        Assert.True(peer.Transport.MaySend(world.Node.Local(world.Simulation.Now)));
        Assert.Equal(PeerWorld.ClientAddress, peer.Transport.Selected);
        Assert.Equal(0, world.ClientTransport.Dropped(DropReason.NotAuthentic));
    }

    /// <summary>One that goes along is used at once, under the number that it has there.</summary>
    [Fact]
    public void Capture_OverTcpWithTheConnection_GoesOnAtOnce()
    {
        var connection = PeerWorld.ClientAddress.OnConnection(7);
        using var world = new HandoverWorld(Seeds.Next(), clientAddress: connection);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var selected = world.Node.Peer.Transport.Selected;
        Assert.Equal(connection, selected);
        Assert.True(world.Node.Peer.Transport.Ice.TryDescribePath(in selected, out var facts));
        Assert.True(facts.IsSelected);
        var now = world.Node.Local(world.Simulation.Now);
        Assert.True(world.TryMove());

        var peer = world.Node.Peer.Transport;
        Assert.False(peer.MaySend(world.Node.Local(world.Simulation.Now)));
        var moved = PeerWorld.ClientAddress.OnConnection(9);
        Assert.True(
            peer.Ice.TryRestorePath(
                moved,
                facts with
                {
                    ConsentAt = world.Node.Local(world.Simulation.Now) + (facts.ConsentAt - now),
                }
            )
        );
        Assert.False(peer.Ice.TryRestorePath(moved, facts));
        Assert.True(peer.MaySend(world.Node.Local(world.Simulation.Now)));
        Assert.Equal(moved, peer.Selected);
        Assert.True(peer.Ice.IsOverConnection);
    }

    private static PeerCapture Capture(HandoverWorld world)
    {
        using var writer = new StateWriter(world.Simulation.Now, HandoverWorld.StateBytesMax);
        return world.Node.Peer.TryCapture(writer);
    }
}
