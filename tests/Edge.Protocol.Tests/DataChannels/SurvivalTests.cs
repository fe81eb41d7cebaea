using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.DataChannels.Association;
using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>A process ends without a word, and another one closes its channels, and opens others, knowing no position of the
/// association. The other side is one of ours, which knows at once by the restart that its channels are over; one that keeps them is
/// in <see cref="Oracle.UsrsctpSurvivalTests"/>.</summary>
public sealed class SurvivalTests
{
    private const ushort Agreed = 20;
    private static readonly DataChannelOptions AgreedOptions = new() { NegotiatedId = Agreed };

    /// <summary>Whichever side ends, whenever, on a bad path with messages under way: every channel is named, both sides open channels
    /// again, the peer by the same ids at once, and nothing of before arrives.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survive_AnyMoment_ChannelsEndAndOthersOpen(bool isLeft) =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough, ChannelWorld.Patient);
                var (told, theirs) = OpenAll(world);
                var (survivor, peer) = Sides(world, isLeft);
                SendAll(world, told, theirs);
                RunFor(world, random.NextInt32(300));
                var portrait = survivor.Portray();
                RunFor(world, random.NextInt32(300));
                peer.Events.Clear();
                survivor.Survive(portrait, random.Fork());

                Assert.Equal([told, theirs, Agreed], Lost(survivor));
                survivor.Messages.Clear();
                world.RunUntil(() =>
                    survivor.Transport.IsConnected
                    && peer.CountOf(DataChannelEventKind.Restarted) == 1
                );
                Settle(world, survivor);
                peer.Messages.Clear();
                var again = Open(peer);
                Assert.Equal(isLeft ? theirs : told, again);
                AssertFlows(world, peer, survivor, again);
                AssertFlows(world, survivor, peer, Open(survivor));
                Assert.Single(survivor.Messages);
                Assert.Single(peer.Messages);
                world.RunUntil(() => Closed(survivor).Length == 3);
                Assert.Equal(
                    DataChannelOpenResult.Opened,
                    survivor.Transport.Open(AgreedOptions, out _)
                );
            },
            rounds: 15
        );

    /// <summary>Goal: no packet is one that all hangs on. Method: each is lost, of either direction, until there is none
    /// more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survive_OnePacketIsLost_ChannelsOpenAllTheSame(bool isSurvivors)
    {
        var lost = 0;
        while (Survive(isSurvivors, lost))
        {
            lost++;
        }

        Assert.InRange(lost, 4, 20);
    }

    /// <summary>Survives with one packet lost; false when there were not so many.</summary>
    private static bool Survive(bool isSurvivors, int lost)
    {
        var world = ChannelWorld.Connected(seed: 5);
        _ = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        var passed = 0;
        (isSurvivors ? world.Right : world.Left).Tamper = packet =>
            passed++ == lost ? null : packet;
        world.RunUntil(
            () =>
                world.Left.Transport.IsConnected
                && world.Right.CountOf(DataChannelEventKind.Restarted) == 1,
            seconds: 2
        );
        Settle(world, world.Left);
        AssertFlows(world, world.Right, world.Left, Open(world.Right));
        AssertFlows(world, world.Left, world.Right, Open(world.Left));
        return passed > lost;
    }

    [Fact]
    public void Survive_BothSidesAtOnce_GivesOneAssociation() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough, ChannelWorld.Patient);
                _ = OpenAll(world);
                var (left, right) = (world.Left.Portray(), world.Right.Portray());
                world.Left.Survive(left, random.Fork());
                RunFor(world, random.NextInt32(60));
                world.Right.Survive(right, random.Fork());
                world.RunUntil(() =>
                    world.Left.Transport.IsConnected && world.Right.Transport.IsConnected
                );
                Settle(world, world.Left);
                Settle(world, world.Right);
                AssertFlows(world, world.Right, world.Left, Open(world.Right));
                AssertFlows(world, world.Left, world.Right, Open(world.Left));
            },
            rounds: 20
        );

    /// <summary>One that dies before its peer has answered, or before it has told the peer, is survived as well.</summary>
    [Fact]
    public void Survive_SurvivorDies_NextOneGoesOn() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed);
                var (told, theirs) = OpenAll(world);
                for (var life = 0; life < 3; life++)
                {
                    world.Left.Events.Clear();
                    world.Left.Survive(world.Left.Portray(), random.Fork());
                    Assert.Equal([told, theirs, Agreed], Lost(world.Left));
                    RunFor(world, random.NextInt32(80));
                }

                Settle(world, world.Left);
                AssertFlows(world, world.Right, world.Left, Open(world.Right));
            },
            rounds: 10
        );

    /// <summary>A portrait of the handshake's time, or of one without channels: the association begins, whatever became of it.</summary>
    [Theory]
    [InlineData(5, 0)]
    [InlineData(5, 100)]
    [InlineData(25, 0)]
    [InlineData(25, 100)]
    [InlineData(100, 100)]
    public void Survive_OfAHandshake_BeginsAnew(int portrayedAtMs, int diedAfterMs)
    {
        var world = new ChannelWorld(seed: 3);
        world.Left.Connect();
        RunFor(world, portrayedAtMs);
        var portrait = world.Left.Portray();
        RunFor(world, diedAfterMs);
        world.Left.Survive(portrait, Prng.FromNumber(7));

        world.RunUntil(
            () => world.Left.Transport.IsConnected && world.Right.Transport.IsConnected,
            seconds: 2
        );
        Assert.Empty(Lost(world.Left));
        AssertFlows(world, world.Right, world.Left, Open(world.Right));
        AssertFlows(world, world.Left, world.Right, Open(world.Left));
    }

    /// <summary>Goal: what the peer sent to the former process changes nothing at all. Method: all of it once more, at each step of the
    /// restart.</summary>
    [Fact]
    public void HandleDatagram_PacketsOfBefore_ChangeNothing()
    {
        var world = ChannelWorld.Connected(seed: 5);
        var packets = new List<byte[]>();
        world.Left.Tamper = packet =>
        {
            packets.Add([.. packet]);
            return packet;
        };
        var (told, theirs) = OpenAll(world);
        SendAll(world, told, theirs);
        RunFor(world, 5000);
        var former = packets.ToArray();
        Assert.True(former.Length > 50);
        world.Left.Tamper = null;
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        var transport = world.Left.Transport;
        foreach (
            var state in new[]
            {
                SctpState.CookieWait,
                SctpState.CookieEchoed,
                SctpState.Established,
            }
        )
        {
            world.RunUntil(() => transport.Association.State == state);
            foreach (var packet in former)
            {
                var (before, deadline) = (transport.Stats, transport.PollTimeout());
                transport.HandleDatagram(packet, world.Simulation.Now);
                Assert.False(transport.PollEvent(out _));
                Assert.Equal(0, transport.PollDatagram(new byte[1200], world.Simulation.Now));
                before.PacketsReceived++;
                before.PacketsDropped++;
                Assert.Equal(before, transport.Stats);
                Assert.Equal(deadline, transport.PollTimeout());
            }
        }

        Settle(world, world.Left);
        AssertFlows(world, world.Right, world.Left, Open(world.Right));
    }

    [Fact]
    public void Survive_NobodyAnswers_FailsAsAnyStart()
    {
        var world = ChannelWorld.Connected(seed: 2);
        var (told, _) = OpenAll(world);
        world.Simulation.Network.Isolate(world.LeftHost.Address);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        Assert.Equal(DataChannelSendResult.NotOpen, world.Left.Send(told, [1]));

        world.RunUntil(() => world.Left.Transport.IsEnded, seconds: 40);
        Assert.Equal(DataChannelFailure.HandshakeTimeout, world.Left.Failure);
        Assert.Equal(0, world.Left.Transport.ChannelCount);
        Assert.Equal(Instant.Never, world.Left.Transport.PollTimeout());
    }

    /// <summary>Nobody can close what a peer cannot start over: here all is closed at once, and what the peer sends leads nowhere.</summary>
    [Fact]
    public void Survive_PeerWithoutReconfig_ChannelsEndHere()
    {
        var world = new ChannelWorld(seed: 2);
        world.Left.Tamper = HideReconfig;
        world.Left.Connect();
        RunFor(world, 500);
        var (told, theirs) = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));

        world.RunUntil(() => world.Left.Transport.IsConnected);
        RunFor(world, 50);
        Assert.Equal([told, theirs, Agreed], Closed(world.Left));
        Assert.Equal(0, world.Left.Transport.ChannelCount);
        Assert.Equal(
            DataChannelOpenResult.Opened,
            world.Right.Transport.Open(AgreedOptions with { NegotiatedId = 7 }, out _)
        );
        world.Right.Send(7, [1]);
        RunFor(world, 500);
        Assert.Equal(3, Closed(world.Left).Length);
        Assert.Empty(world.Left.Messages);
        AssertFlows(world, world.Left, world.Right, Open(world.Left));
    }

    /// <summary>A channel that the portrait did not know is closed: when the peer sends on it, and soon after the restart where it has an
    /// id that the peer would have taken.</summary>
    [Theory]
    [InlineData(101, 3)]
    [InlineData(3, 0)]
    public void Survive_ChannelOfAfterThePortrait_IsClosed(int id, int messages)
    {
        var world = ChannelWorld.Connected(seed: 2);
        _ = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        world.RunUntil(() => world.Right.CountOf(DataChannelEventKind.Restarted) == 1);
        // As of one that keeps its channels: it has one that nobody else knows.
        var unknown = AgreedOptions with
        {
            NegotiatedId = (ushort)id,
        };
        Assert.Equal(DataChannelOpenResult.Opened, world.Right.Transport.Open(unknown, out _));
        for (var count = 0; count < messages; count++)
        {
            world.Right.Send((ushort)id, [1]);
        }

        world.RunUntil(
            () => Closed(world.Right).SequenceEqual([(ushort)id]),
            seconds: messages > 0 ? 0.5 : 2
        );
        RunFor(world, 20_000);
        Assert.Empty(world.Left.Messages);
        Assert.DoesNotContain((ushort)id, Closed(world.Left));
        Assert.Equal(0, world.Left.Transport.ChannelCount);
    }

    /// <summary>Our own ids that the former process may have taken since the portrait are left alone for some time.</summary>
    [Fact]
    public void Survive_OpensAtOnce_TakesNoIdThatMayBeInUse()
    {
        var world = ChannelWorld.Connected(seed: 2);
        var (told, _) = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        Assert.Equal(18, Open(world.Left));
        RunFor(world, 15_000);
        Assert.Equal(told, Open(world.Left));
    }

    /// <summary>What both agree on now is no guess any more.</summary>
    [Fact]
    public void Survive_AgreesOnAnIdThatMayBeInUse_OpensIt()
    {
        var world = ChannelWorld.Connected(seed: 2);
        _ = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        world.RunUntil(() => world.Left.Transport.IsConnected);
        RunFor(world, 1000);
        foreach (ushort id in new ushort[] { 2, 16, 3, 17 })
        {
            var agreed = AgreedOptions with { NegotiatedId = id };
            Assert.Equal(DataChannelOpenResult.Opened, world.Left.Transport.Open(agreed, out _));
            Assert.Equal(DataChannelOpenResult.IdInUse, world.Left.Transport.Open(agreed, out _));
        }

        RunFor(world, 1000);
        Assert.Equal(
            DataChannelOpenResult.Opened,
            world.Right.Transport.Open(AgreedOptions with { NegotiatedId = 17 }, out _)
        );
        AssertFlows(world, world.Right, world.Left, 17);
        AssertFlows(world, world.Left, world.Right, 17);
    }

    /// <summary>A peer that does not reset its direction of a channel is asked once more, in a request for that channel alone, and not
    /// waited for longer than others are. So it is for ids that may be in use: ours at once, its own later.</summary>
    [Fact]
    public void Survive_PeerResetsNothing_IsAskedForEachAlone()
    {
        var world = ChannelWorld.Connected(seed: 2);
        _ = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        var requests = new List<int>();
        world.Right.Tamper = packet =>
        {
            requests.AddRange(RequestsOf(packet));
            return packet;
        };
        world.RunUntil(() => world.Left.Transport.IsConnected);
        RunFor(world, 900);
        Assert.Equal([3, .. Enumerable.Repeat(1, 8)], requests);
        RunFor(world, 500);
        Assert.Equal([3, .. Enumerable.Repeat(1, 8 + 3 + 8)], requests);
        RunFor(world, 9000);
        Assert.Empty(Closed(world.Left));
        RunFor(world, 2000);
        Assert.Equal(3, Closed(world.Left).Length);
        Assert.Equal(0, world.Left.Transport.ChannelCount);
        Assert.Equal(20, requests.Count);
    }

    /// <summary>A peer that closed a channel since the portrait and opens another of the same id, before it was asked to reset it, gets
    /// that closed, by both sides, and opens it again.</summary>
    [Fact]
    public void Survive_PeerOpensTheSameIdAtOnce_ItIsClosedOnce()
    {
        var world = ChannelWorld.Connected(seed: 2);
        var (_, theirs) = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        world.RunUntil(() => world.Right.CountOf(DataChannelEventKind.Restarted) == 1);
        Assert.Equal(theirs, Open(world.Right));
        world.RunUntil(() => Closed(world.Right).Contains(theirs), seconds: 2);
        Assert.Equal(theirs, Open(world.Right));
        AssertFlows(world, world.Right, world.Left, theirs);
        RunFor(world, 20_000);
        AssertFlows(world, world.Left, world.Right, theirs);
    }

    /// <summary>An id that is open again is asked to be reset by nobody any more.</summary>
    [Fact]
    public void Survive_PeerOpensTheSameId_IsNotAskedAgain()
    {
        var world = ChannelWorld.Connected(seed: 2);
        var (_, theirs) = OpenAll(world);
        world.Left.Survive(world.Left.Portray(), Prng.FromNumber(7));
        world.RunUntil(() => world.Left.Transport.IsConnected);
        RunFor(world, 200);
        var id = Open(world.Right);
        Assert.Equal(theirs, id);
        RunFor(world, 20_000);
        AssertFlows(world, world.Right, world.Left, id);
        Assert.Equal(DataChannelState.Open, world.Right.Transport.StateOf(id));
    }

    /// <summary>RFC 9260 §5.3.1: under the same tag packets of before would be taken.</summary>
    [Fact]
    public void Survive_TheSameTagIsDrawn_TakesAnother()
    {
        var world = new ChannelWorld(seed: 2);
        var random = Prng.FromNumber(7);
        var tag = random.NextUInt32();
        var portrait = StateTree.Parse(world.Left.Portray());
        portrait.Items![5] = StateTree.Of(writer => writer.UInt(tag));
        var transport = world.Left.Revive(portrait.ToBytes(), Prng.FromNumber(7));
        transport.Connect(world.Simulation.Now);
        var packet = new byte[1200];
        Assert.True(transport.PollDatagram(packet, world.Simulation.Now) > 0);
        Assert.NotEqual(tag, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(16)));
    }

    /// <summary>Names are worth less than the portrait: those behind the bound are left out, ids are not.</summary>
    [Fact]
    public void Portray_ManyLongNames_LeavesNamesOut()
    {
        var world = ChannelWorld.Connected(seed: 2);
        var options = new DataChannelOptions { Label = new string('x', 1000) };
        for (var count = 0; count < 100; count++)
        {
            _ = world.Left.Transport.Open(options, out _);
        }

        var portrait = world.Left.Portray();
        Assert.InRange(portrait.Length, 4000, 8000);
        world.Left.Survive(portrait, Prng.FromNumber(7));
        Assert.Equal(100, Lost(world.Left).Length);
        Assert.Equal(4, world.Left.LostOptions.Count(lost => lost == options));
    }

    [Fact]
    public void ReadFormer_CutShortAnywhere_IsBroken()
    {
        var world = ChannelWorld.Connected(seed: 2);
        _ = OpenAll(world);
        var portrait = world.Left.Portray();
        for (var length = 0; length < portrait.Length; length++)
        {
            var reader = new StateReader(portrait.AsSpan(0, length), world.Simulation.Now);
            _ = DataChannelTransport.ReadFormer(
                ref reader,
                world.Left.Role,
                world.Left.Options,
                world.Left.Pool,
                Prng.FromNumber(1)
            );
            Assert.True(reader.IsBroken);
        }
    }

    private static (ushort Told, ushort Theirs) OpenAll(ChannelWorld world)
    {
        var told = world.Open(
            new()
            {
                Label = "told",
                IsOrdered = false,
                RetransmitsMax = 0,
            }
        );
        var theirs = Open(world.Right);
        _ = world.Left.Transport.Open(AgreedOptions, out _);
        _ = world.Right.Transport.Open(AgreedOptions, out _);
        world.RunUntil(() =>
            world.Left.Transport.StateOf(theirs) == DataChannelState.Open
            && world.Right.Transport.StateOf(theirs) == DataChannelState.Open
        );
        return (told, theirs);
    }

    /// <summary>Runs until the peer has answered for each channel.</summary>
    private static void Settle(ChannelWorld world, ChannelEndpoint survivor)
    {
        var lost = Lost(survivor);
        world.RunUntil(() =>
            survivor.Transport.IsConnected
            && !lost.Any(survivor.Transport.Association.IsResetWaiting)
        );
    }

    private static ushort Open(ChannelEndpoint endpoint)
    {
        var result = endpoint.Transport.Open(new(), out var id);
        Assert.Equal(DataChannelOpenResult.Opened, result);
        return id;
    }

    private static void SendAll(ChannelWorld world, params ReadOnlySpan<ushort> ids)
    {
        foreach (var id in ids)
        {
            for (var count = 0; count < 10; count++)
            {
                world.Left.Send(id, new byte[20_000]);
                world.Right.Send(id, new byte[20_000]);
            }
        }
    }

    private static void AssertFlows(
        ChannelWorld world,
        ChannelEndpoint from,
        ChannelEndpoint to,
        ushort id
    )
    {
        var count = to.Messages.Count;
        Assert.Equal(DataChannelSendResult.Accepted, from.Send(id, [42]));
        world.RunUntil(() => to.Messages.Count == count + 1, seconds: 10);
        Assert.Equal(id, to.Messages[^1].Channel);
        Assert.Equal([42], to.Messages[^1].Payload);
    }

    private static (ChannelEndpoint Survivor, ChannelEndpoint Peer) Sides(
        ChannelWorld world,
        bool isLeft
    ) => isLeft ? (world.Left, world.Right) : (world.Right, world.Left);

    private static void RunFor(ChannelWorld world, int milliseconds) =>
        world.Simulation.RunFor(TimeSpan.FromMilliseconds(milliseconds));

    private static ushort[] Lost(ChannelEndpoint endpoint) =>
        Of(endpoint, DataChannelEventKind.ChannelLost);

    private static ushort[] Closed(ChannelEndpoint endpoint) =>
        Of(endpoint, DataChannelEventKind.ChannelClosed);

    private static ushort[] Of(ChannelEndpoint endpoint, DataChannelEventKind kind) =>
        [.. endpoint.Events.Where(entry => entry.Kind == kind).Select(entry => entry.Channel)];

    /// <summary>The streams of each request of a packet to reset the sender's direction.</summary>
    private static IEnumerable<int> RequestsOf(byte[] packet)
    {
        var counts = new List<int>();
        if (SctpPacket.TryParse(packet, out var parsed) != SctpParseError.None)
        {
            return counts;
        }

        foreach (var chunk in parsed)
        {
            var parameters = new SctpParameterEnumerator(chunk.Value);
            while (chunk.Type == SctpChunkType.ReConfig && parameters.MoveNext())
            {
                if (parameters.Type == SctpParameterType.OutgoingResetRequest)
                {
                    counts.Add((parameters.Value.Length - 12) / 2);
                }
            }
        }

        return counts;
    }

    /// <summary>Makes RE-CONFIG another chunk in the list of supported ones.</summary>
    private static byte[] HideReconfig(byte[] packet)
    {
        ReadOnlySpan<byte> list = [0x80, 0x08, 0x00, 0x06, (byte)SctpChunkType.ReConfig];
        var at = packet.AsSpan().IndexOf(list);
        if (at >= 0)
        {
            packet[at + 4] = 0x81;
            SctpSeal.Seal(packet);
        }

        return packet;
    }
}
