using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Messages over good and bad paths: each exactly once, in order where that is promised.</summary>
public sealed class TransferTests
{
    private static readonly DataChannelOptions Unordered = new() { IsOrdered = false };

    public static TheoryData<string> Paths =>
        [.. LinkPresets.All.Select(preset => preset.Name), "Rough"];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Send_ManyMessagesBothWays_EachArrivesOnceAndInOrder(string path) =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, Conditions(path), ChannelWorld.Patient);
                var id = world.Open();
                var there = Pump.Start(world, world.Left, id, random, count: 200, bytesMax: 4000);
                var back = Pump.Start(world, world.Right, id, random, count: 200, bytesMax: 4000);

                world.RunUntil(
                    () => world.Right.Messages.Count == 200 && world.Left.Messages.Count == 200,
                    seconds: 600
                );

                AssertSame(there.Sent, world.Right.Messages);
                AssertSame(back.Sent, world.Left.Messages);
                RunDry(world);
            },
            rounds: 2
        );

    [Fact]
    public void Send_UnorderedOverARoughPath_EachArrivesOnce() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.Open(Unordered);
                var pump = Pump.Start(world, world.Left, id, random, count: 400, bytesMax: 3000);

                world.RunUntil(() => world.Right.Messages.Count == 400, seconds: 600);

                var got = world.Right.Messages.Select(entry => Convert.ToHexString(entry.Payload));
                Assert.Equal(
                    pump.Sent.Select(Convert.ToHexString).Order(StringComparer.Ordinal),
                    got.Order(StringComparer.Ordinal)
                );
                RunDry(world);
            },
            rounds: 5
        );

    [Fact]
    public void Send_ManyChannelsOverARoughPath_EachKeepsItsOwnOrder() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                ushort[] ids = [world.Open(), world.Open(), world.Open(Unordered), world.Open()];
                Pump[] pumps =
                [
                    .. ids.Select(id =>
                        Pump.Start(world, world.Left, id, random, count: 100, bytesMax: 8000)
                    ),
                ];

                world.RunUntil(() => world.Right.Messages.Count == 400, seconds: 600);

                for (var index = 0; index < ids.Length; index++)
                {
                    var got = world
                        .Right.Messages.Where(entry => entry.Channel == ids[index])
                        .ToList();
                    if (index != 2)
                    {
                        AssertSame(pumps[index].Sent, got);
                    }
                }

                RunDry(world);
            },
            rounds: 3
        );

    [Theory]
    [InlineData("Lan")]
    [InlineData("Wifi")]
    [InlineData("Rough")]
    public void Send_MegabyteMessages_ArriveWhole(string path) =>
        Seeds.Check(
            (seed, random) =>
            {
                var options = new DataChannelTransportOptions
                {
                    MessageBytesMax = 1024 * 1024,
                    PeerMessageBytesMax = 1024 * 1024,
                    ReceiveBufferBytes = 4 * 1024 * 1024,
                    ChannelBufferBytes = 2 * 1024 * 1024,
                };
                var world = ChannelWorld.Connected(seed, Conditions(path), options);
                var id = world.Open();
                byte[][] sent = [random.NextBytes(1024 * 1024), random.NextBytes(1_000_003)];
                foreach (var message in sent)
                {
                    Assert.Equal(DataChannelSendResult.Accepted, world.Left.Send(id, message));
                }

                world.RunUntil(() => world.Right.Messages.Count == 2, seconds: 600);

                AssertSame(sent, world.Right.Messages);
                RunDry(world);
            }
        );

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Send_TextAndBytesEmptyOrNot_ArriveAsTheyWere(bool isEmpty, bool isBinary)
    {
        var world = ChannelWorld.Connected(1);
        var id = world.Open();
        byte[] bytes = isEmpty ? [] : [1, 2, 3];
        world.Left.Send(id, bytes, isBinary);
        world.RunUntil(() => world.Right.Messages.Count == 1);

        var message = Assert.Single(world.Right.Messages);
        Assert.Equal(isBinary, message.IsBinary);
        Assert.Equal(bytes, message.Payload);
    }

    /// <summary>Goal: no throughput cliff. Method: 5 MB over 40 Mbit/s with 3 ms delay take little longer
    /// than the link needs, 1 s.</summary>
    [Fact]
    public void Send_BulkOverWifi_UsesTheLink()
    {
        var world = ChannelWorld.Connected(7, LinkPresets.Wifi);
        var id = world.Open();
        var random = Prng.FromNumber(7);
        Pump.Start(world, world.Left, id, random, count: 100, bytesMax: 50_000, isFull: true);
        var started = world.Simulation.Now;

        world.RunUntil(() => world.Right.Messages.Count == 100, seconds: 30);

        var seconds = (world.Simulation.Now - started).TotalSeconds;
        Assert.True(seconds < 4, $"5 MB took {seconds} s.");
    }

    /// <summary>Goal: a receiver that does not take messages stops the sender, and nothing grows; when it
    /// goes on nothing is missing.</summary>
    [Theory]
    [InlineData("Clean")]
    [InlineData("Rough")]
    public void Receiver_Paused_StopsTheSenderAndLosesNothing(string path) =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, Conditions(path));
                var id = world.Open();
                world.Right.IsPaused = true;
                var pump = Pump.Start(world, world.Left, id, random, count: 1500, bytesMax: 4000);
                world.Simulation.RunFor(TimeSpan.FromSeconds(30));

                Assert.False(world.Left.Transport.IsEnded);
                Assert.True(pump.Sent.Count < 1500, "All was accepted although nobody reads.");
                Assert.True(
                    world.Right.Transport.ReceiveHeldBytes
                        <= world.Right.Options.ReceiveBufferBytes
                            + world.Right.Options.MessageBytesMax
                );

                world.Right.IsPaused = false;
                world.Right.TakeEvents();
                world.RunUntil(() => world.Right.Messages.Count == 1500, seconds: 600);
                AssertSame(pump.Sent, world.Right.Messages);
                RunDry(world);
            },
            rounds: 1
        );

    [Fact]
    public void Send_FullBuffer_BlocksAndSaysWhenItIsLow()
    {
        var world = ChannelWorld.Connected(3);
        var id = world.Open();
        var message = new byte[60_000];
        var accepted = 0;
        while (world.Left.Send(id, message) == DataChannelSendResult.Accepted)
        {
            accepted++;
        }

        Assert.Equal(17, accepted);
        Assert.Equal(17 * 60_000, world.Left.Transport.BufferedBytes(id));
        world.Left.Transport.SetBufferedAmountLowThreshold(id, 100_000);
        world.RunUntil(() => world.Left.CountOf(DataChannelEventKind.BufferedAmountLow) == 1);
        Assert.InRange(world.Left.Transport.BufferedBytes(id), 0, 100_000);
        Assert.Equal(DataChannelSendResult.Accepted, world.Left.Send(id, message));
    }

    [Fact]
    public void Send_LongerThanThePeerTakes_IsRefused()
    {
        var world = ChannelWorld.Connected(3);
        var id = world.Open();

        Assert.Equal(DataChannelSendResult.TooLong, world.Left.Send(id, new byte[65_537]));
        Assert.Equal(DataChannelSendResult.Accepted, world.Left.Send(id, new byte[65_536]));
        Assert.Equal(DataChannelSendResult.NotOpen, world.Left.Send(99, [1]));
    }

    [Fact]
    public void Receiver_MessageLongerThanAdvertised_FailsTheTransport()
    {
        var world = ChannelWorld.Connected(
            3,
            left: new() { PeerMessageBytesMax = 300_000 },
            right: new() { MessageBytesMax = 100_000 }
        );
        var id = world.Open();
        world.Left.Send(id, new byte[200_000]);

        world.RunUntil(() => world.Right.Transport.IsEnded && world.Left.Transport.IsEnded);
        Assert.Equal(DataChannelFailure.MessageTooLong, world.Right.Failure);
        Assert.Equal(DataChannelFailure.AbortedByPeer, world.Left.Failure);
    }

    internal static LinkConditions Conditions(string path) =>
        path switch
        {
            "Rough" => ChannelWorld.Rough,
            "Lossy" => ChannelWorld.Rough with { Loss = 0.2 },
            "Clean" => ChannelWorld.Clean,
            _ => LinkPresets
                .All.Single(preset => string.Equals(preset.Name, path, StringComparison.Ordinal))
                .Conditions,
        };

    /// <summary>Compares by whole messages: xunit would box each byte.</summary>
    internal static void AssertSame(
        IReadOnlyList<byte[]> sent,
        IReadOnlyList<(ushort Channel, bool IsBinary, byte[] Payload)> received
    )
    {
        Assert.Equal(sent.Count, received.Count);
        for (var index = 0; index < sent.Count; index++)
        {
            Assert.True(
                sent[index].AsSpan().SequenceEqual(received[index].Payload),
                $"Message {index} differs."
            );
        }
    }

    /// <summary>When all is through nothing is held and no buffer is lost.</summary>
    internal static void RunDry(ChannelWorld world)
    {
        world.RunUntil(() => IsDry(world.Left) && IsDry(world.Right), seconds: 300);
        world.Left.TakeEvents();
        world.Right.TakeEvents();
        Assert.Equal(0, world.Left.Pool.RentedCount);
        Assert.Equal(0, world.Right.Pool.RentedCount);
    }

    private static bool IsDry(ChannelEndpoint endpoint) =>
        endpoint.Transport.SendHeldBytes == 0 && endpoint.Transport.ReceiveHeldBytes == 0;

    /// <summary>Sends messages as fast as they are accepted.</summary>
    internal sealed class Pump
    {
        public List<byte[]> Sent { get; } = [];

        public static Pump Start(
            ChannelWorld world,
            ChannelEndpoint from,
            ushort id,
            Prng random,
            int count,
            int bytesMax,
            bool isFull = false
        )
        {
            var pump = new Pump();
            var own = random.Fork();
            byte[]? next = null;
            world.Simulation.Every(TimeSpan.FromMilliseconds(10), Fill);
            Fill();
            return pump;

            void Fill()
            {
                while (pump.Sent.Count < count && !from.Transport.IsEnded)
                {
                    next ??= Create(pump.Sent.Count);
                    if (from.Send(id, next) != DataChannelSendResult.Accepted)
                    {
                        return;
                    }

                    pump.Sent.Add(next);
                    next = null;
                }
            }

            byte[] Create(int number)
            {
                var bytes = own.NextBytes(isFull ? bytesMax : 4 + own.NextInt32(bytesMax - 3));
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                return bytes;
            }
        }
    }
}
