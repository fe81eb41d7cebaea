using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Whatever arrives: nothing throws, nothing grows, and no message comes out wrong.</summary>
public sealed class TransportFuzz
{
    /// <summary>Chunk types to turn others into: all but those that end an association as they should.</summary>
    private static readonly byte[] Types =
    [
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        9,
        10,
        11,
        13,
        0x3F,
        0x40,
        0x80,
        130,
        192,
        0xFF,
    ];

    /// <summary>Goal: damage on the way is noticed by the checksum, so that it is no more than loss. Method:
    /// a tenth of all packets have bytes changed; all messages arrive as they were.</summary>
    [Fact]
    public void HandleDatagram_DamagedPackets_AreOnlyLoss() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.Open();
                var own = random.Fork();
                world.Left.Tamper = packet => Damage(packet, own);
                world.Right.Tamper = packet => Damage(packet, own);
                var pump = TransferTests.Pump.Start(
                    world,
                    world.Left,
                    id,
                    random,
                    count: 100,
                    bytesMax: 4000
                );

                world.RunUntil(() => world.Right.Messages.Count == 100, seconds: 300);
                TransferTests.AssertSame(pump.Sent, world.Right.Messages);
                Assert.True(world.Right.Transport.Stats.PacketsDropped > 0);
            },
            rounds: 5
        );

    /// <summary>Goal: an authenticated but broken or hostile peer ends at most its own association. Method:
    /// mutations with the right checksum in place of real packets, beside real traffic.</summary>
    [Fact]
    public void HandleDatagram_SealedMutations_NeverThrowNorGrow() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.Open();
                world.Open(new() { RetransmitsMax = 0, IsOrdered = false });
                var own = random.Fork();
                world.Left.Tamper = packet => Mutate(packet, own);
                world.Right.Tamper = packet => Mutate(packet, own);
                world.Simulation.Every(
                    TimeSpan.FromMilliseconds(10),
                    () =>
                    {
                        world.Left.Send(id, own.NextBytes(1 + own.NextInt32(4000)));
                        world.Right.Send(id, own.NextBytes(1 + own.NextInt32(4000)));
                        world.Left.Send(2, own.NextBytes(1 + own.NextInt32(4000)));
                        if (own.NextInt32(50) == 0)
                        {
                            world.Left.Transport.Open(new(), out _);
                            world.Right.Transport.Close((ushort)own.NextInt32(8));
                        }
                    }
                );
                world.Simulation.RunFor(TimeSpan.FromSeconds(2));
                world.Left.TakeEvents();
                world.Right.TakeEvents();
                CheckPools(world.Left);
                CheckPools(world.Right);
            },
            rounds: 40
        );

    /// <summary>Goal: no first packet of a stranger does harm. Method: junk and mutated INITs to a transport
    /// that waits, which afterwards connects as if nothing had been.</summary>
    [Fact]
    public void HandleDatagram_JunkBeforeTheHandshake_DoesNotPreventIt() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = new ChannelWorld(seed);
                var inits = Vectors.Load("sctp/browser-inits.txt");
                for (var count = 0; count < 50; count++)
                {
                    byte[] packet = random.NextInt32(3) switch
                    {
                        0 => random.NextBytes(random.NextInt32(100)),
                        1 => Mutate(inits["chromium"], random),
                        _ => Mutate(inits["firefox"], random),
                    };
                    world.Right.HandleDatagram(default, packet, world.Simulation.Now);
                    world.Simulation.DrainAll();
                }

                world.Left.Connect();
                world.RunUntil(() =>
                    world.Left.Transport.IsConnected && world.Right.Transport.IsConnected
                );
            },
            rounds: 50
        );

    private static void CheckPools(ChannelEndpoint endpoint)
    {
        var transport = endpoint.Transport;
        transport.Drop();
        Assert.Equal(0, transport.SendHeldBytes);
        Assert.Equal(0, transport.ReceiveHeldBytes);
        Assert.Equal(0, endpoint.Pool.RentedCount);

        Assert.InRange(endpoint.Pool.RetainedBytes, 0, 8 * 1024 * 1024);
    }

    private static byte[] Damage(byte[] packet, Prng random)
    {
        if (random.NextInt32(10) == 0)
        {
            packet[random.NextInt32(packet.Length)] ^= (byte)(1 + random.NextInt32(255));
        }

        return packet;
    }

    private static byte[] Mutate(byte[] packet, Prng random)
    {
        if (random.NextInt32(4) != 0)
        {
            return packet;
        }

        byte[] bytes = [.. packet];
        for (var steps = 1 + random.NextInt32(3); steps > 0; steps--)
        {
            // Behind the common header, whose tag would have the packet dropped.
            var at = 12 + random.NextInt32(Math.Min(bytes.Length - 12, 40));
            switch (random.NextInt32(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.NextInt32(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.NextUInt32();
                    break;
                case 2:
                    bytes[12] = Types[random.NextInt32(Types.Length)];
                    break;
                case 3 when bytes.Length >= at + 4:
                    BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), random.NextUInt32());
                    break;
                default:
                    bytes = bytes[..Math.Max(16, bytes.Length - random.NextInt32(8))];
                    break;
            }
        }

        SctpSeal.Seal(bytes);
        return bytes;
    }
}
