using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>What is written of a peer is read by versions before and after, and junk makes none.</summary>
public sealed class HandoverStateTests
{
    /// <summary>A newer version has appended a value to a group, whichever it is. Only lists, whose length is what they
    /// are, take no more.</summary>
    [Fact]
    public void Restore_ValuesAppendedAnywhere_AreSkipped()
    {
        using var world = Talking(Seeds.Next());
        var (state, now) = Capture(world);
        var groups = StateTree.Parse(state).Groups().Count();
        var accepted = 0;
        // A group of groups.
        var further = StateTree.Parse(state).Items![0].Items![0];
        for (var index = 0; index < groups; index++)
        {
            var changed = StateTree.Parse(state);
            var group = changed.Groups().ElementAt(index).Items!;
            group.Add(further);
            if (world.Read(changed.ToBytes(), now) is { } peer)
            {
                accepted += Write(peer, now).AsSpan().SequenceEqual(state) ? 1 : 0;
            }
        }

        // What is not accepted are lists.
        Assert.True(accepted > 85, $"{accepted} of {groups} groups took a further value.");
    }

    /// <summary>Every value of the first version is needed: none of its groups may have less. A list may be shorter.</summary>
    [Fact]
    public void Restore_ValueMissingAnywhere_IsRefusedOrAShorterList()
    {
        using var world = Talking(Seeds.Next());
        var (state, now) = Capture(world);
        var groups = StateTree.Parse(state).Groups().Count();
        var refused = 0;
        for (var index = 0; index < groups; index++)
        {
            var changed = StateTree.Parse(state);
            var group = changed.Groups().ElementAt(index).Items!;
            if (group.Count == 0)
            {
                continue;
            }

            group.RemoveAt(group.Count - 1);
            var peer = world.Read(changed.ToBytes(), now);
            refused += peer is null ? 1 : 0;
            peer?.Dispose();
        }

        Assert.True(refused > 85, $"{refused} of {groups} groups were refused with less.");
    }

    [Fact]
    public void Restore_CutShortAnywhere_IsRefused()
    {
        using var world = Talking(Seeds.Next());
        var (state, now) = Capture(world);
        for (var length = 0; length < state.Length; length++)
        {
            Assert.Null(world.Read(state.AsSpan(0, length), now));
            Assert.Equal(0, world.Pool.RentedCount);
        }
    }

    /// <summary>Whatever was changed, nothing throws: neither reading it nor going on with what came of it.</summary>
    [Fact]
    public void Restore_AnyBytesChanged_NeverThrows()
    {
        using var world = Talking(Seeds.Next());
        var (state, now) = Capture(world);
        var packets = NextOfClient(world);
        var restored = 0;
        Seeds.Check(
            random =>
            {
                var changed = (byte[])state.Clone();
                for (var change = 1 + random.NextInt32(4); change > 0; change--)
                {
                    var at = random.NextInt32(changed.Length);
                    changed[at] =
                        random.NextInt32(2) == 0
                            ? (byte)random.NextUInt32()
                            : (byte)(changed[at] ^ (1 << random.NextInt32(8)));
                }

                if (world.Read(changed, now) is { } peer)
                {
                    restored++;
                    GoOn(peer, packets, random, now);
                }

                Assert.Equal(0, world.Pool.RentedCount);
            },
            rounds: 4000
        );
        Assert.True(restored > 400, $"Only {restored} states were taken.");
    }

    [Fact]
    public void Restore_RandomBytes_IsRefused() =>
        Seeds.Check(
            random =>
            {
                var junk = new byte[random.NextInt32(300)];
                random.Fill(junk);
                using var world = new HandoverWorld(1);
                Assert.Null(world.Read(junk, Instant.Zero));
            },
            rounds: 200
        );

    private static HandoverWorld Talking(ulong seed)
    {
        var world = new HandoverWorld(
            seed,
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.05 },
            uplink: [Agreements.Audio, Agreements.Simulcast]
        );
        world.Attach(
            new DataChannelOptions { NegotiatedId = 5 },
            new DataChannelOptions
            {
                NegotiatedId = 7,
                IsOrdered = false,
                RetransmitsMax = 0,
            }
        );
        world.Connect();
        var number = 0;
        world.Simulation.Every(
            TimeSpan.FromMilliseconds(40),
            () =>
            {
                var channel = (ushort)(5 + 2 * (number++ & 1));
                var message = new byte[1 + number * 37 % 3000];
                world.Client.Channels!.Transport.Send(channel, message, true, world.Simulation.Now);
                world.Node.Peer.Transport.Channels!.Send(
                    channel,
                    message,
                    true,
                    world.Simulation.Now
                );
            }
        );
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        return world;
    }

    /// <summary>What the client would send next on its channels.</summary>
    private static List<byte[]> NextOfClient(HandoverWorld world)
    {
        var client = world.Client.Channels!.Transport;
        var now = world.Simulation.Now;
        for (var message = 0; message < 5; message++)
        {
            client.Send((ushort)(5 + 2 * (message & 1)), new byte[2500], isBinary: true, now);
        }

        var slot = new byte[1200];
        var packets = new List<byte[]>();
        int length;
        while ((length = client.PollDatagram(slot, now)) > 0)
        {
            packets.Add(slot[..length]);
        }

        return packets;
    }

    private static (byte[] State, Instant Now) Capture(HandoverWorld world)
    {
        var now = world.Node.Local(world.Simulation.Now);
        using var writer = new StateWriter(now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryCapture(writer));
        return (writer.Written.ToArray(), now);
    }

    private static byte[] Write(Peer peer, Instant now)
    {
        using var writer = new StateWriter(now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, peer.TryCapture(writer));
        peer.Dispose();
        return writer.Written.ToArray();
    }

    /// <summary>Lets time pass, and packets and reports come and go.</summary>
    private static void GoOn(Peer peer, List<byte[]> packets, Prng random, Instant now)
    {
        var slot = new byte[PacketPool.SlotBytes];
        for (var step = 0; step < 30; step++)
        {
            now += TimeSpan.FromMilliseconds(random.NextInt32(400));
            peer.HandleTimeout(now);
            for (var polls = 0; polls < 200 && peer.PollTransmit(slot, now, out _) > 0; polls++) { }

            for (var stream = 0; stream < peer.Sender.StreamCount; stream++)
            {
                peer.WritePadding(stream, slot, now);
                peer.Sender.WriteGoodbye(slot);
            }

            while (peer.Sender.PollFeedback(out _) || peer.Receiver.PollEvent(out _)) { }

            random.Fill(slot.AsSpan(0, 60));
            slot[0] = (byte)(0x80 | (slot[0] & 3));
            peer.Receiver.HandleRtp(slot.AsSpan(0, 60), now, now, out ReceivedMedia _);
            peer.Sender.HandleRtcp(Feedback(random), now);
            GoOn(peer.Transport.Channels, packets[step % packets.Count], now);
            _ = peer.PollTimeout();
        }

        peer.Transport.Channels?.Drop();
        peer.Dispose();
    }

    private static void GoOn(DataChannelTransport? channels, byte[] packet, Instant now)
    {
        if (channels is null)
        {
            return;
        }

        var slot = new byte[1200];
        channels.HandleTimeout(now);
        channels.HandleDatagram(packet, now);
        channels.Send(5, new byte[3000], isBinary: true, now);
        for (var polls = 0; polls < 50; polls++)
        {
            channels.PollEvent(out _);
            channels.PollDatagram(slot, now);
        }

        _ = channels.PollTimeout();
    }

    /// <summary>Transport-wide feedback about numbers of the past.</summary>
    private static byte[] Feedback(Prng random)
    {
        var arrivals = new long[1 + random.NextInt32(50)];
        for (var index = 0; index < arrivals.Length; index++)
        {
            arrivals[index] =
                random.NextInt32(4) == 0 ? long.MaxValue : random.NextInt32(10_000_000);
        }

        var packet = new byte[1200];
        var length = Edge.Wire.Rtcp.Feedback.TransportFeedbackWriter.Write(
            packet,
            new Ssrc(1),
            new Ssrc(2),
            (ushort)random.NextInt32(800),
            arrivals,
            (byte)random.NextUInt32(),
            out _
        );
        return packet[..length];
    }
}
