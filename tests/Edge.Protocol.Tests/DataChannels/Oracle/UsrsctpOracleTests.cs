using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>Our SCTP against Debian's usrsctp, which Firefox is built on, in virtual time over bad paths.</summary>
[Trait("Category", "Interop")]
public sealed class UsrsctpOracleTests
{
    private const uint Control = 50;
    private const uint Binary = 53;
    private const int ConnectionLost = 2;
    private const int ShutDown = 4;
    private const int IncomingReset = 1;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Connect_EitherSideFirst_ConnectsOverABadPath(bool isUsrsctpActive) =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = OracleWorld.Connected(
                    seed,
                    ChannelWorld.Rough with
                    {
                        Loss = 0.2,
                    },
                    isUsrsctpActive
                );
            },
            rounds: 5
        );

    [Fact]
    public void Connect_BothAtOnce_GivesOneAssociation() =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = new OracleWorld(seed, ChannelWorld.Rough, isUsrsctpActive: true);
                world.Ours.Connect();
                world.RunUntil(() => world.Ours.Transport.IsConnected && world.Theirs.IsConnected);
                var id = world.OpenNegotiated();
                world.Ours.Send(id, [1]);
                world.Theirs.Send(id, Binary, [2]);
                world.RunUntil(() =>
                    world.Ours.Messages.Count == 1 && world.Theirs.Messages.Count == 1
                );
            },
            rounds: 5
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Messages_BothWaysOverABadPath_AreAllTheSame(bool isOrdered) =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = OracleWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.OpenNegotiated(new() { IsOrdered = isOrdered });
                var sent = Messages(random, count: 150, bytesMax: 20_000);
                foreach (var message in sent)
                {
                    world.RunUntil(() =>
                        world.Ours.Send(id, message) == DataChannelSendResult.Accepted
                    );
                    world.RunUntil(() => world.Theirs.Send(id, Binary, message, !isOrdered) == 0);
                }

                world.RunUntil(() =>
                    world.Ours.Messages.Count == 150 && world.Theirs.Messages.Count == 150
                );
                AssertSame(
                    sent,
                    [.. world.Theirs.Messages.Select(entry => entry.Payload)],
                    isOrdered
                );
                AssertSame(
                    sent,
                    [.. world.Ours.Messages.Select(entry => entry.Payload)],
                    isOrdered
                );
                Assert.All(world.Theirs.Messages, entry => Assert.Equal(Binary, entry.Protocol));
            },
            rounds: 2
        );

    [Fact]
    public void Messages_OfAMegabyte_ArriveWhole() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = OracleWorld.Connected(seed, LinkPresets.WifiLossy);
                var id = world.OpenNegotiated();
                byte[][] sent = [random.NextBytes(1024 * 1024), random.NextBytes(1024 * 1024)];
                foreach (var message in sent)
                {
                    world.RunUntil(() =>
                        world.Ours.Send(id, message) == DataChannelSendResult.Accepted
                    );
                    world.RunUntil(() => world.Theirs.Send(id, Binary, message) == 0);
                }

                world.RunUntil(() =>
                    world.Ours.Messages.Count == 2 && world.Theirs.Messages.Count == 2
                );
                AssertSame(sent, [.. world.Theirs.Messages.Select(entry => entry.Payload)], true);
                AssertSame(sent, [.. world.Ours.Messages.Select(entry => entry.Payload)], true);
            }
        );

    /// <summary>Goal: each skips what the other gave up; what arrives is whole and in order, and a reliable
    /// message behind it all arrives too.</summary>
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(-1, 60, true)]
    [InlineData(-1, 60, false)]
    public void Messages_GivenUpByEither_AreSkippedByTheOther(
        int retransmits,
        int lifeTimeMs,
        bool isOrdered
    ) =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = OracleWorld.Connected(
                    seed,
                    ChannelWorld.Rough with
                    {
                        Loss = 0.15,
                    }
                );
                var id = world.OpenNegotiated(
                    new()
                    {
                        IsOrdered = isOrdered,
                        RetransmitsMax = retransmits < 0 ? null : retransmits,
                        PacketLifeTimeMax =
                            retransmits < 0 ? TimeSpan.FromMilliseconds(lifeTimeMs) : null,
                    }
                );
                var policy =
                    retransmits < 0 ? UsrsctpPolicy.Milliseconds : UsrsctpPolicy.Retransmissions;
                var value = (uint)(retransmits < 0 ? lifeTimeMs : retransmits);
                var sent = Messages(random, count: 300, bytesMax: 3000);
                foreach (var message in sent)
                {
                    world.Ours.Send(id, message);
                    world.Theirs.Send(id, Binary, message, !isOrdered, policy, value);
                    world.Simulation.RunFor(TimeSpan.FromMilliseconds(7));
                }

                byte[] last = [.. BitConverter.GetBytes(1_000_000)];
                world.Ours.Transport.Open(new() { NegotiatedId = 6 }, out var reliable);
                world.Ours.Send(reliable, last);
                world.Theirs.Send(reliable, Binary, last);
                world.RunUntil(() =>
                    world.Ours.Messages.Any(entry => entry.Channel == reliable)
                    && world.Theirs.Messages.Any(entry => entry.Stream == reliable)
                );
                // A skip that was lost is told again after a timeout.
                world.RunUntil(
                    () =>
                        world.Ours.Transport.SendHeldBytes == 0
                        && world.Ours.Transport.ReceiveHeldBytes == 0,
                    seconds: 600
                );

                AssertSubset(
                    sent,
                    [
                        .. world
                            .Theirs.Messages.Where(entry => entry.Stream == id)
                            .Select(entry => entry.Payload),
                    ],
                    isOrdered
                );
                AssertSubset(
                    sent,
                    [
                        .. world
                            .Ours.Messages.Where(entry => entry.Channel == id)
                            .Select(entry => entry.Payload),
                    ],
                    isOrdered
                );
                Assert.True(world.Ours.Transport.Stats.MessagesAbandoned > 0);
            },
            rounds: 4
        );

    /// <summary>Goal: channels close through stream resets in both directions, and the stream starts over.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_ByEither_ResetsBothDirectionsAgainAndAgain(bool isOursFirst) =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = OracleWorld.Connected(seed, ChannelWorld.Rough);
                for (var round = 1; round <= 4; round++)
                {
                    var id = world.OpenNegotiated();
                    for (var count = 0; count < 5; count++)
                    {
                        world.Ours.Send(id, [(byte)round]);
                        world.Theirs.Send(id, Binary, [(byte)round]);
                    }

                    world.RunUntil(() =>
                        world.Ours.Messages.Count == 5 * round
                        && world.Theirs.Messages.Count == 5 * round
                    );
                    if (isOursFirst)
                    {
                        world.Ours.Transport.Close(id);
                        world.RunUntil(() => CountResets(world) == round);
                        Assert.Equal(0, world.Theirs.ResetStream(id));
                    }
                    else
                    {
                        Assert.Equal(0, world.Theirs.ResetStream(id));
                    }

                    world.RunUntil(() =>
                        world.Ours.CountOf(DataChannelEventKind.ChannelClosed) == round
                        && CountResets(world) == round
                    );
                    // Their own direction is reset when our answer is there.
                    world.RunUntil(() =>
                        world.Theirs.Resets.Count(reset => (reset.Flags & 2) != 0) == round
                    );
                }
            },
            rounds: 3
        );

    [Fact]
    public void Open_OurChannel_SpeaksTheEstablishmentProtocol()
    {
        using var world = OracleWorld.Connected(1, ChannelWorld.Clean);
        world.Ours.Transport.Open(
            new()
            {
                Label = "chat",
                RetransmitsMax = 2,
                IsOrdered = false,
            },
            out var id
        );
        world.RunUntil(() => world.Theirs.Messages.Count == 1);

        Assert.Equal(1, id);
        Assert.Equal(
            (id, Control),
            (world.Theirs.Messages[0].Stream, world.Theirs.Messages[0].Protocol)
        );
        Assert.Equal(
            "03810100000000020004000063686174",
            Convert.ToHexStringLower(world.Theirs.Messages[0].Payload)
        );
        world.Theirs.Send(id, Control, [2]);
        world.RunUntil(() => world.Ours.Opened.ContainsKey(id));

        world.Theirs.Send(2, Control, Vectors.Hex("030001000000000000020000" + "6869"));
        world.RunUntil(() => world.Ours.Opened.ContainsKey(2));
        Assert.Equal("hi", world.Ours.Opened[2].Label);
        world.RunUntil(() => world.Theirs.Messages.Count == 2);
        Assert.Equal([2], world.Theirs.Messages[1].Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shutdown_ByEither_EndsBothInOrder(bool isOurs)
    {
        using var world = OracleWorld.Connected(2, ChannelWorld.Clean);
        var id = world.OpenNegotiated();
        world.Ours.Send(id, new byte[50_000]);
        if (isOurs)
        {
            world.Ours.Transport.Shutdown(world.Simulation.Now);
        }
        else
        {
            world.Theirs.Shutdown();
        }

        world.RunUntil(() =>
            world.Ours.CountOf(DataChannelEventKind.Closed) == 1
            && world.Theirs.States.Contains(ShutDown)
        );
        Assert.Single(world.Theirs.Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Abort_ByEither_EndsBoth(bool isOurs)
    {
        using var world = OracleWorld.Connected(2, ChannelWorld.Clean);
        if (isOurs)
        {
            world.Ours.Transport.Abort();
            world.RunUntil(() => world.Theirs.States.Contains(ConnectionLost));
            return;
        }

        world.Theirs.Abort();
        world.RunUntil(() => world.Ours.Failure == DataChannelFailure.AbortedByPeer);
    }

    private static int CountResets(OracleWorld world) =>
        world.Theirs.Resets.Count(reset => (reset.Flags & IncomingReset) != 0);

    private static byte[][] Messages(Prng random, int count, int bytesMax)
    {
        var messages = new byte[count][];
        for (var number = 0; number < count; number++)
        {
            messages[number] = random.NextBytes(4 + random.NextInt32(bytesMax));
            BinaryPrimitives.WriteInt32LittleEndian(messages[number], number);
        }

        return messages;
    }

    private static void AssertSame(byte[][] sent, byte[][] received, bool isOrdered)
    {
        Assert.Equal(sent.Length, received.Length);
        AssertSubset(sent, received, isOrdered);
    }

    /// <summary>Each received message is one that was sent, whole, at most once, in order when promised.</summary>
    private static void AssertSubset(byte[][] sent, byte[][] received, bool isOrdered)
    {
        var seen = new HashSet<byte[]>();
        var last = -1;
        foreach (var message in received)
        {
            var at = Array.FindIndex(sent, other => other.AsSpan().SequenceEqual(message));
            Assert.True(at >= 0, "A message came that was not sent.");
            Assert.True(seen.Add(sent[at]), $"Message {at} came twice.");
            Assert.True(!isOrdered || at > last, $"Message {at} came after {last}.");
            last = at;
        }
    }
}
