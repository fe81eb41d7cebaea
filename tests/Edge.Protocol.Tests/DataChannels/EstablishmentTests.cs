using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.DataChannels.Association;
using Edge.Testing;
using Edge.Wire.Sctp;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Beginning, beginning at the same time, beginning anew, and ending (RFC 9260 §5, §9).</summary>
public sealed class EstablishmentTests
{
    [Fact]
    public void Connect_OneSide_TakesTwoRoundTrips()
    {
        var world = ChannelWorld.Connected(1);

        Assert.Equal(40, (world.Simulation.Now - Instant.FromMilliseconds(1000)).TotalMilliseconds);
        Assert.Equal(1, world.Left.CountOf(DataChannelEventKind.Connected));
        Assert.Equal(1, world.Right.CountOf(DataChannelEventKind.Connected));
    }

    /// <summary>RFC 9260 §5.2: INITs cross, on good and bad paths, with any offset between them.</summary>
    [Fact]
    public void Connect_BothSides_GivesOneAssociation() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = new ChannelWorld(
                    seed,
                    random.NextInt32(2) == 0
                        ? ChannelWorld.Clean
                        : ChannelWorld.Rough with
                        {
                            Loss = 0.3,
                        }
                );
                world.Left.Connect();
                world.Simulation.After(
                    TimeSpan.FromMilliseconds(random.NextInt32(80)),
                    world.Right.Connect
                );
                world.RunUntil(() =>
                    world.Left.Transport.IsConnected && world.Right.Transport.IsConnected
                );
                var id = world.Open();
                world.Left.Send(id, [7]);
                world.Right.Send(id, [8]);
                world.RunUntil(() =>
                    world.Left.Messages.Count == 1 && world.Right.Messages.Count == 1
                );
                Assert.Equal(0, world.Left.CountOf(DataChannelEventKind.Restarted));
                Assert.Equal(0, world.Right.CountOf(DataChannelEventKind.Restarted));
            },
            rounds: 60
        );

    [Fact]
    public void Connect_NobodyAnswers_Fails()
    {
        var world = new ChannelWorld(2, ChannelWorld.Clean with { Loss = 1 });
        world.Left.Connect();

        world.RunUntil(() => world.Left.Transport.IsEnded, seconds: 40);
        Assert.Equal(DataChannelFailure.HandshakeTimeout, world.Left.Failure);
        Assert.Equal(Instant.Never, world.Left.Transport.PollTimeout());
    }

    [Fact]
    public void Path_CutWithDataUnderWay_Fails()
    {
        var world = ChannelWorld.Connected(2);
        var id = world.Open();
        world.Simulation.Network.Isolate(world.LeftHost.Address);
        world.Left.Send(id, [1]);

        world.RunUntil(() => world.Left.Transport.IsEnded, seconds: 40);
        Assert.Equal(DataChannelFailure.PathFailed, world.Left.Failure);
        Assert.Equal(0, world.Left.Transport.SendHeldBytes);
    }

    [Fact]
    public void Path_CutWhileIdle_IsNoticedByHeartbeats()
    {
        var world = ChannelWorld.Connected(2);
        world.Simulation.RunFor(TimeSpan.FromMinutes(5));
        Assert.True(world.Left.Transport.IsConnected && world.Right.Transport.IsConnected);
        world.Simulation.Network.Isolate(world.LeftHost.Address);

        world.RunUntil(
            () => world.Left.Transport.IsEnded && world.Right.Transport.IsEnded,
            seconds: 80
        );
        Assert.Equal(DataChannelFailure.PathFailed, world.Right.Failure);
    }

    /// <summary>A cut that is shorter than the patience ends nothing, and data goes on soon after.</summary>
    [Fact]
    public void Path_CutForTenSeconds_GoesOnWithinThree()
    {
        var world = ChannelWorld.Connected(2);
        var id = world.Open();
        world.Simulation.Network.Isolate(world.LeftHost.Address);
        world.Left.Send(id, [1]);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        world.Simulation.Network.Rejoin(world.LeftHost.Address);

        world.RunUntil(() => world.Right.Messages.Count == 1, seconds: 3.1);
    }

    [Fact]
    public void Shutdown_WithDataWaiting_DeliversItFirst() =>
        Seeds.Check(
            (seed, _) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.Open();
                for (var count = 0; count < 20; count++)
                {
                    world.Left.Send(id, new byte[30_000]);
                }

                world.Left.Transport.Shutdown(world.Simulation.Now);
                world.RunUntil(() => world.Left.Transport.IsEnded && world.Right.Transport.IsEnded);
                Assert.Equal(20, world.Right.Messages.Count);
                Assert.Equal(1, world.Left.CountOf(DataChannelEventKind.Closed));
                Assert.Equal(0, world.Left.Transport.SendHeldBytes);
                Assert.Equal(DataChannelSendResult.NotOpen, world.Left.Send(id, [1]));
            },
            rounds: 20
        );

    [Fact]
    public void Shutdown_BothAtOnce_EndsBoth()
    {
        var world = ChannelWorld.Connected(4);
        world.Left.Transport.Shutdown(world.Simulation.Now);
        world.Right.Transport.Shutdown(world.Simulation.Now);

        world.RunUntil(() => world.Left.Transport.IsEnded && world.Right.Transport.IsEnded);
        Assert.Equal(1, world.Left.CountOf(DataChannelEventKind.Closed));
        Assert.Equal(1, world.Right.CountOf(DataChannelEventKind.Closed));
    }

    [Fact]
    public void Abort_OneSide_EndsTheOtherAtOnce()
    {
        var world = ChannelWorld.Connected(4);
        var id = world.Open();
        world.Left.Transport.Abort();

        world.RunUntil(() => world.Right.Transport.IsEnded, seconds: 0.1);
        Assert.Equal(DataChannelFailure.AbortedByPeer, world.Right.Failure);
        Assert.Equal(DataChannelFailure.AbortedLocally, world.Left.Failure);
        Assert.Equal(DataChannelState.Closed, world.Right.Transport.StateOf(id));
    }

    /// <summary>RFC 9260 §5.2.4.1: the peer's process died and began anew with other tags.</summary>
    [Fact]
    public void Restart_OfThePeer_ClosesChannelsAndConnectsAgain() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var id = world.Open();
                for (var count = 0; count < 30; count++)
                {
                    world.Left.Send(id, new byte[20_000]);
                    world.Right.Send(id, new byte[20_000]);
                }

                world.Simulation.RunFor(TimeSpan.FromMilliseconds(random.NextInt32(200)));
                world.Left.Restart(random.Fork());
                world.RunUntil(() =>
                    world.Right.CountOf(DataChannelEventKind.Restarted) == 1
                    && world.Left.Transport.IsConnected
                );
                Assert.Equal(DataChannelState.Closed, world.Right.Transport.StateOf(id));
                Assert.Equal(0, world.Right.Transport.SendHeldBytes);
                world.Right.Messages.Clear();
                var again = world.Open();
                Assert.Equal(id, again);
                world.Left.Send(again, [42]);
                world.RunUntil(() => world.Right.Messages.Count == 1);
            },
            rounds: 20
        );

    /// <summary>Goal: what carries another tag changes nothing at all. Method: real packets with the tag
    /// changed and the checksum right, and the state compared.</summary>
    [Fact]
    public void HandleDatagram_WrongVerificationTag_ChangesNothing() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed);
                var id = world.Open();
                var packets = new List<byte[]>();
                world.Right.Tamper = packet =>
                {
                    packets.Add([.. packet]);
                    return packet;
                };
                world.Left.Send(id, random.NextBytes(5000));
                world.RunUntil(() => world.Right.Messages.Count == 1);
                world.Simulation.RunFor(TimeSpan.FromSeconds(1));
                world.Right.Tamper = null;
                var transport = world.Right.Transport;
                foreach (var packet in packets)
                {
                    packet[4 + random.NextInt32(4)] ^= (byte)(1 + random.NextInt32(255));
                    SctpSeal.Seal(packet);
                    var (before, deadline) = (transport.Stats, transport.PollTimeout());
                    transport.HandleDatagram(packet, world.Simulation.Now);

                    Assert.False(transport.PollEvent(out _));
                    Assert.Equal(0, transport.PollDatagram(new byte[1200], world.Simulation.Now));
                    before.PacketsReceived++;
                    before.PacketsDropped++;
                    Assert.Equal(before, transport.Stats);
                    Assert.Equal(deadline, transport.PollTimeout());
                }

                Assert.NotEmpty(packets);
            },
            rounds: 20
        );

    /// <summary>The full table of state changes (RFC 9260 §4), reviewed as a picture.</summary>
    [Fact]
    public void Transitions_AllPairs_MatchTheGoldenTable()
    {
        var states = Enum.GetValues<SctpState>();
        var lines = states.Select(from =>
            $"{from, -17}"
            + string.Join(' ', states.Where(to => SctpAssociation.IsAllowed(from, to)))
        );

        Golden.Match(
            "datachannels/states.txt",
            string.Join('\n', lines.Select(line => line.TrimEnd())) + "\n"
        );
    }

    [Fact]
    public void HandleDatagram_ChromiumInit_IsAnsweredWithACookie()
    {
        var random = Prng.FromNumber(1);
        var transport = new DataChannelTransport(
            Edge.Protocol.Dtls.DtlsRole.Server,
            new(),
            new(0),
            random
        );
        foreach (var name in new[] { "chromium", "firefox" })
        {
            var init = Vectors.Load("sctp/browser-inits.txt")[name];
            transport.HandleDatagram(init, Instant.FromMilliseconds(5));
            var buffer = new byte[1200];
            var length = transport.PollDatagram(buffer, Instant.FromMilliseconds(5));

            Assert.Equal(
                SctpParseError.None,
                SctpPacket.TryParse(buffer.AsSpan(0, length), out var ack)
            );
            Assert.Equal(SctpChunkType.InitAck, ack.FirstChunk.Type);
            Assert.Equal(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(init.AsSpan(16)),
                ack.VerificationTag
            );
            Assert.Equal(SctpState.Closed, transport.Association.State);
        }
    }
}
