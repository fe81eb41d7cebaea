using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What arrives unauthenticated changes nothing and is never answered (rules R1 to R5).</summary>
public sealed class PeerIngressTests
{
    private static readonly NetworkAddress Stranger = NetworkAddress.FromIPv4(0x0A090807, 666);

    /// <summary>The ClientHello race of advisory ES2023-01, from a stranger at every state.</summary>
    private static readonly byte[] HostileClientHello = Convert.FromBase64String(
        "Fv7/AAAAAAAAAAAAfAEAAHAAAAAAAAAAcP79AAAAAG4HCVaUNVbYVmxuqdn2WyCgtTijhZ+WheP/+H4AAAACAAABAABE"
            + "ABcAAP8BAAEAAAoACAAGAB0AFwAYAAsAAgEAACMAAAANABQAEgQDCAQEAQUDCAUFAQgGBgECAQAOAAkABgABAAgABwA="
    );

    [Fact]
    public void HandleDatagram_JunkFromStrangersAtEveryMillisecond_CallIsUnharmed() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new PeerWorld(seed, LinkPresets.Lan);
                var junk = new byte[200];
                world.Simulation.Every(
                    TimeSpan.FromMilliseconds(1),
                    () => Spray(world, Stranger, random, junk)
                );

                world.Connect();
                world.Simulation.RunFor(TimeSpan.FromSeconds(2));

                Assert.Equal(0, world.Node.Played[1].Missing);
                Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
            },
            rounds: 3
        );

    /// <summary>R4: who drives the peer notes where a session's datagrams come in by checks alone, and only
    /// an authentic one is a check.</summary>
    [Fact]
    public void HandleDatagram_StunThatIsNotAuthentic_IsNoCheck()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        byte[] bindingRequest =
        [
            0x00,
            0x01,
            0x00,
            0x00,
            0x21,
            0x12,
            0xA4,
            0x42,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
        ];

        var input = world.Node.Peer.HandleDatagram(
            PeerWorld.ClientAddress,
            bindingRequest,
            world.Simulation.Now,
            out _
        );

        Assert.Equal(PeerInputKind.None, input);
    }

    /// <summary>R3 and R5: the spoofed address of the victim itself, ES2021-09's bytes among them.</summary>
    [Fact]
    public void HandleDatagram_JunkFromTheVictimsAddress_CallIsUnharmed() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new PeerWorld(seed, LinkPresets.Lan);
                world.Connect();
                var junk = new byte[200];
                world.Simulation.Every(
                    TimeSpan.FromMilliseconds(1),
                    () => Spray(world, PeerWorld.ClientAddress, random, junk)
                );

                world.Simulation.RunFor(TimeSpan.FromSeconds(3));

                Assert.Equal(PeerState.Connected, world.NodeTransport.State);
                Assert.Equal(0, world.Node.Played[1].Missing);
                Assert.True(world.NodeTransport.Dropped(DropReason.NotAuthentic) > 100);
            },
            rounds: 3
        );

    [Fact]
    public void HandleDatagram_FromStranger_IsNeverAnswered()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();
        var random = Seeds.Random();
        var junk = new byte[200];
        var answers = 0;
        world.Simulation.Add("stranger", Stranger, new SilentEndpoint());
        world.Simulation.Tap = (datagram, _) => answers += datagram.To == Stranger ? 1 : 0;

        for (var round = 0; round < 1000; round++)
        {
            Spray(world, Stranger, random, junk);
        }

        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, answers);
    }

    /// <summary>R2: SRTP of a known session from an address that passed no check is dropped, however
    /// authentic it is.</summary>
    [Fact]
    public void HandleDatagram_AuthenticMediaFromUnvalidatedAddress_IsDropped()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();
        world.ClientDropsStun = true;
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var before = world.Node.Played[1].Packets;
        world.Simulation.Rebind(world.ClientHost, Stranger);
        world.Simulation.RunFor(TimeSpan.FromMilliseconds(20));
        var during = world.Node.Played[1].Packets;

        world.Simulation.RunFor(TimeSpan.FromSeconds(2));

        Assert.InRange(during - before, 0, 4);
        Assert.Equal(during, world.Node.Played[1].Packets);
        Assert.True(world.NodeTransport.Dropped(DropReason.AddressNotValidated) > 100);
        Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
    }

    /// <summary>The hostile datagram goes straight into the node, as if from an address.</summary>
    private static void Spray(PeerWorld world, NetworkAddress source, Prng random, byte[] junk)
    {
        random.Fill(junk);
        var datagram = junk.AsSpan(0, 1 + random.NextInt32(junk.Length));
        switch (random.NextInt32(4))
        {
            case 0:
                HostileClientHello.CopyTo(junk, 0);
                datagram = junk.AsSpan(0, HostileClientHello.Length);
                break;
            case 1:
                datagram[0] = 0x80;
                break;
            case 2:
                datagram[0] = 22;
                break;
            default:
                break;
        }

        world.Node.HandleDatagram(source, datagram, world.Simulation.Now);
    }
}
