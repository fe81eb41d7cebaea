using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Channels that give messages up lose whole messages only, and never stall (RFC 3758).</summary>
public sealed class PartialReliabilityTests
{
    public static TheoryData<bool, int, int, string> Modes =>
        new()
        {
            { true, 0, -1, "Lossy" },
            { true, 1, -1, "Lossy" },
            { false, 0, -1, "Lossy" },
            { false, 2, -1, "Lossy" },
            { true, -1, 50, "Lossy" },
            { false, -1, 50, "Lossy" },
            { true, 0, -1, "Congested" },
            { true, -1, 200, "Congested" },
        };

    /// <summary>Goal: what arrives is a subset of what was sent, whole, once, and in order when the channel
    /// is; and some is lost, so that the test shows something.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Send_GivenUpMessages_OnlyWholeOnesAreMissing(
        bool isOrdered,
        int retransmitsMax,
        int lifeTimeMs,
        string path
    ) =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(
                    seed,
                    TransferTests.Conditions(path),
                    ChannelWorld.Patient
                );
                var id = world.Open(
                    new()
                    {
                        IsOrdered = isOrdered,
                        RetransmitsMax = retransmitsMax < 0 ? null : retransmitsMax,
                        PacketLifeTimeMax =
                            lifeTimeMs < 0 ? null : TimeSpan.FromMilliseconds(lifeTimeMs),
                    }
                );
                var marker = world.Open();
                var sent = new Dictionary<int, byte[]>();
                SendEvery(world, id, random, sent, count: 500);
                world.RunUntil(() => sent.Count == 500, seconds: 60);

                // A reliable message on another channel comes after all of it. Where a fifth of all packets
                // is lost, and where a burst lasts until packets end it, the skips take their time.
                world.Left.Send(marker, [1]);
                world.RunUntil(
                    () =>
                        world.Right.Messages.Any(entry => entry.Channel == marker)
                        && world.Left.Transport.SendHeldBytes == 0,
                    seconds: 600
                );
                world.Simulation.RunFor(TimeSpan.FromSeconds(5));

                var got = world.Right.Messages.Where(entry => entry.Channel == id).ToArray();
                int[] numbers = [.. got.Select(entry => NumberOf(entry.Payload))];
                Assert.All(
                    got,
                    entry =>
                        Assert.True(
                            entry.Payload.AsSpan().SequenceEqual(sent[NumberOf(entry.Payload)])
                        )
                );
                Assert.Equal(numbers.Length, numbers.Distinct().Count());
                if (isOrdered)
                {
                    Assert.Equal(numbers.Order(), numbers);
                }

                Assert.InRange(numbers.Length, 1, 499);
                Assert.True(world.Left.Transport.Stats.MessagesAbandoned > 0);
                TransferTests.RunDry(world);
            },
            rounds: 3
        );

    /// <summary>Goal: on a perfect path nothing is given up whatever the mode.</summary>
    [Fact]
    public void Send_NoRetransmitsOnACleanPath_EverythingArrives()
    {
        var world = ChannelWorld.Connected(5);
        var id = world.Open(new() { RetransmitsMax = 0, IsOrdered = false });
        var sent = new Dictionary<int, byte[]>();
        SendEvery(world, id, Prng.FromNumber(5), sent, count: 200);

        world.RunUntil(() => world.Right.Messages.Count == 200);
        Assert.Equal(0, world.Left.Transport.Stats.MessagesAbandoned);
    }

    /// <summary>Goal: messages with a life time do not pile up behind a receiver that stalls.</summary>
    [Fact]
    public void Send_TimedMessagesToAStalledReceiver_AreGivenUpAndTheChannelGoesOn()
    {
        var world = ChannelWorld.Connected(6);
        var id = world.Open(new() { PacketLifeTimeMax = TimeSpan.FromMilliseconds(100) });
        world.Right.IsPaused = true;
        var blocked = 0;
        world.Simulation.Every(
            TimeSpan.FromMilliseconds(20),
            () =>
            {
                var result = world.Left.Send(id, new byte[20_000]);
                blocked += result == DataChannelSendResult.WouldBlock ? 1 : 0;
            }
        );
        world.Simulation.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(0, blocked);
        Assert.True(world.Left.Transport.Stats.MessagesAbandoned > 500);
        // A skip is answered and a probe refused: a few packets a round trip, not a storm of them.
        Assert.InRange(world.Left.Transport.Stats.PacketsSent, 1, 12_000);
        world.Right.IsPaused = false;
        world.Right.TakeEvents();
        var before = world.Right.Messages.Count;
        world.RunUntil(() => world.Right.Messages.Count > before + 50, seconds: 10);
    }

    private static int NumberOf(byte[] payload) => BinaryPrimitives.ReadInt32BigEndian(payload);

    private static void SendEvery(
        ChannelWorld world,
        ushort id,
        Prng random,
        Dictionary<int, byte[]> sent,
        int count
    )
    {
        var own = random.Fork();
        world.Simulation.Every(
            TimeSpan.FromMilliseconds(5),
            () =>
            {
                if (sent.Count == count)
                {
                    return;
                }

                var bytes = own.NextBytes(4 + own.NextInt32(4000));
                BinaryPrimitives.WriteInt32BigEndian(bytes, sent.Count);
                if (world.Left.Send(id, bytes) == DataChannelSendResult.Accepted)
                {
                    sent.Add(sent.Count, bytes);
                }
            }
        );
    }
}
