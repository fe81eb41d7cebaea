using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Retransmission where no format for it was agreed: the datagram as it was, never encrypted
/// again under its index (RFC 3711 §9.1).</summary>
public sealed class RepeatedDatagramScenarios
{
    private readonly byte[] _first = new byte[PacketPool.SlotBytes];
    private readonly byte[] _again = new byte[PacketPool.SlotBytes];

    [Fact]
    public void WriteRepair_WithoutRtx_IsTheSameDatagram()
    {
        using var world = Connected();
        var length = Write(world, number: 40_000);

        Assert.Equal(length, Repeat(world, number: 40_000));
        Assert.True(_first.AsSpan(0, length).SequenceEqual(_again.AsSpan(0, length)));
        // Whoever lost it takes it, whoever has it drops it.
        Assert.True(Receive(world, _again, length, out _));
        Assert.False(Receive(world, _first, length, out _));
        Assert.Equal(1, world.NodeTransport.Dropped(DropReason.Replayed));
        Assert.Equal(1, world.Client.Peer.Sender.Stats(0).Retransmissions);
    }

    [Fact]
    public void WriteRepair_NeverSent_IsRefused()
    {
        using var world = Connected();
        Write(world, number: 40_000);

        Assert.Equal(0, Repeat(world, number: 40_001));
    }

    [Fact]
    public void WriteRepair_OverwrittenMeanwhile_IsRefused()
    {
        using var world = Connected();
        var kept = SentDatagrams.VideoBytes / Write(world, number: 40_000);
        for (var index = 1; index <= kept; index++)
        {
            Write(world, (ushort)(40_000 + index));
        }

        Assert.Equal(0, Repeat(world, number: 40_000));
        Assert.NotEqual(0, Repeat(world, (ushort)(40_000 + kept)));
    }

    /// <summary>Nobody can ask: nothing is kept.</summary>
    [Fact]
    public void WriteRepair_WithoutNack_IsRefused()
    {
        using var world = Connected(Agreements.Audio);
        Write(world, number: 40_000);

        Assert.Equal(0, Repeat(world, number: 40_000));
    }

    [Fact]
    public void WriteRepair_TelephoneEventWithoutRtx_ArrivesAsTheEvent()
    {
        using var world = Connected(
            Agreements.AudioWithEvents with
            {
                Codec = Agreements.Audio.Codec with { HasNack = true },
            }
        );
        Write(world, number: 40_000);
        var length = Write(world, number: 40_001, isEvent: true);

        Assert.Equal(length, Repeat(world, number: 40_001, isEvent: true));
        Assert.True(_first.AsSpan(0, length).SequenceEqual(_again.AsSpan(0, length)));
        Assert.True(Receive(world, _again, length, out var isEvent));
        Assert.True(isEvent);
    }

    /// <summary>As Publish_AnyPreset_VideoIsRepairedByRetransmission, without a format for it.</summary>
    [Fact]
    public void Loss_AnyPresetWithoutRtx_VideoIsRepaired() =>
        Seeds.Check(
            (seed, _) =>
            {
                foreach (var (name, conditions) in LinkPresets.All)
                {
                    using var world = new PeerWorld(seed, conditions, [Agreements.VideoWithoutRtx]);
                    world.Connect();
                    world.Simulation.RunFor(TimeSpan.FromSeconds(10));
                    // What is still on its way or being asked for at the end is not lost.
                    var played = world.Node.Played[0];
                    Assert.True(played.Packets > 800, $"{name}: {played.Packets} packets.");
                    Assert.True(played.Missing <= 12, $"{name}: {played.Missing} missing.");
                }
            },
            rounds: 2
        );

    [Fact]
    public void Loss_ManyPacketsWithoutRtx_AreRepairedByTheSameDatagrams()
    {
        using var world = new PeerWorld(
            Seeds.Next(),
            LinkPresets.WifiLossy,
            [Agreements.VideoWithoutRtx]
        );
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(20));

        var stats = world.Client.Peer.Sender.Stats(0);
        Assert.True(stats.Retransmissions > 10, $"{stats.Retransmissions} were sent again.");
        Assert.Equal(0, stats.Refused);
        Assert.True(world.Node.Played[0].Missing <= 12);
        Assert.InRange(world.Node.Played[0].CompleteFrames, 590, 602);
    }

    /// <summary>CopySent, and Add with it.</summary>
    [Fact]
    public void WriteRtp_WriteRepair_WithoutRtx_AllocateNothing()
    {
        using var world = Connected();
        ushort number = 40_000;

        AllocationAssert.None(() =>
        {
            number++;
            if (Write(world, number) == 0 || Repeat(world, number) == 0)
            {
                throw new TestingException("The packet was not sent twice.");
            }
        });
    }

    private static PeerWorld Connected(Protocol.Negotiation.MediaAgreement? media = null)
    {
        var world = new PeerWorld(
            Seeds.Next(),
            LinkPresets.Lan,
            [media ?? Agreements.VideoWithoutRtx]
        );
        world.Connect();
        return world;
    }

    private int Write(PeerWorld world, ushort number, bool isEvent = false) =>
        world.Client.Peer.WriteRtp(0, Packet(number, isEvent), _first, world.Simulation.Now);

    private int Repeat(PeerWorld world, ushort number, bool isEvent = false) =>
        world.Client.Peer.WriteRepair(0, Packet(number, isEvent), _again, world.Simulation.Now);

    private static bool Receive(PeerWorld world, byte[] datagram, int length, out bool isEvent)
    {
        var input = world.Node.Peer.HandleDatagram(
            PeerWorld.ClientAddress,
            datagram.AsSpan(0, length),
            world.Simulation.Now,
            out var media
        );
        isEvent = media.IsTelephoneEvent;
        return input == PeerInputKind.Rtp;
    }

    private static OutgoingRtp Packet(ushort number, bool isEvent) =>
        new()
        {
            Payload = Payload,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = 1,
            Marker = true,
            IsTelephoneEvent = isEvent,
        };

    private static readonly byte[] Payload = [0x10, 0x01, .. new byte[998]];
}
