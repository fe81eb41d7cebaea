using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>How long a session lives, and what ends it: rules R3, R5, R8, R9 of the ingress.</summary>
public sealed class PeerLifeScenarios
{
    [Fact]
    public void New_NobodyComes_ClosesAtTheConnectTimeout()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Simulation.Remove(world.ClientHost);

        world.Simulation.RunFor(TimeSpan.FromSeconds(31));

        Assert.Equal(PeerClosedReason.ConnectTimeout, world.NodeTransport.ClosedReason);
    }

    [Fact]
    public void Connected_ClientVanishes_ClosesAtTheIdleTimeout()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        world.Simulation.Remove(world.ClientHost);

        world.Simulation.RunFor(TimeSpan.FromSeconds(28));
        Assert.Equal(PeerState.Connected, world.NodeTransport.State);
        world.Simulation.RunFor(TimeSpan.FromSeconds(8));

        Assert.Equal(PeerClosedReason.IdleTimeout, world.NodeTransport.ClosedReason);
    }

    /// <summary>R9 and FFmpeg 8.0: no STUN after the handshake. A publisher lives by its media, but is
    /// not sent to without consent.</summary>
    [Theory]
    [InlineData(PeerLiveness.ConsentOrMedia, PeerState.Connected)]
    [InlineData(PeerLiveness.Consent, PeerState.Closed)]
    public void Connected_MediaWithoutStun_LivesOnlyWhereMediaCounts(
        PeerLiveness liveness,
        PeerState expected
    )
    {
        using var world = new PeerWorld(
            Seeds.Next(),
            options: new PeerTransportOptions { Liveness = liveness }
        );
        world.Connect();
        world.ClientDropsStun = true;

        world.Simulation.RunFor(TimeSpan.FromSeconds(50));

        Assert.Equal(
            (
                expected,
                expected == PeerState.Closed ? PeerClosedReason.IdleTimeout : PeerClosedReason.None
            ),
            (world.NodeTransport.State, world.NodeTransport.ClosedReason)
        );
        Assert.False(world.NodeTransport.MaySend(world.Simulation.Now));
    }

    /// <summary>R8: the fingerprint is compared before the first key is used.</summary>
    [Fact]
    public void Handshake_WrongCertificate_ClosesWithoutMedia()
    {
        using var world = new PeerWorld(Seeds.Next(), hasWrongFingerprint: true);

        world.Simulation.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal(PeerClosedReason.FingerprintMismatch, world.NodeTransport.ClosedReason);
        Assert.Equal(0, world.Node.Played[1].Packets);
    }

    /// <summary>R4, R11: another address takes over by authenticated checks alone, without a new
    /// nomination, once the old one is silent (a NAT rebinding, of which the client knows nothing).</summary>
    [Fact]
    public void Connected_ClientRebinds_MediaFollowsTheNextCheck()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        var other = NetworkAddress.FromIPv4(0xCB007106, 50000);
        world.Simulation.Rebind(world.ClientHost, other);

        world.Simulation.RunFor(TimeSpan.FromSeconds(15));

        Assert.Equal(other, world.NodeTransport.Selected);
        Assert.Equal(PeerState.Connected, world.NodeTransport.State);
        var before = world.Node.Played[1].Packets;
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(world.Node.Played[1].Packets > before + 60);
    }

    /// <summary>The connection that the client was sent to over is closed, and it has not come back yet: reports that are
    /// due wait, and nobody is woken for them again and again.</summary>
    [Fact]
    public void HandlePathClosed_TheOnlyPath_NothingIsDue()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        world.Simulation.Network.Cut(PeerWorld.ClientAddress, PeerWorld.NodeAddress);
        world.NodeTransport.HandlePathClosed(PeerWorld.ClientAddress, world.Simulation.Now);
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(world.NodeTransport.MaySend(world.Simulation.Now));
        Assert.False(world.NodeTransport.HasConsent);

        world.Simulation.Network.Join(PeerWorld.ClientAddress, PeerWorld.NodeAddress);
        world.Simulation.RunFor(TimeSpan.FromSeconds(8));
        Assert.True(world.NodeTransport.HasConsent);
    }
}
