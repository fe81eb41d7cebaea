using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Checks of a client that somebody recorded and sends again from elsewhere, and clients that do move.</summary>
public sealed class PathProofScenarios
{
    private static readonly NetworkAddress Victim = NetworkAddress.FromIPv4(0x0A090807, 666);
    private static readonly NetworkAddress Elsewhere = NetworkAddress.FromIPv4(0xCB007106, 50000);

    /// <summary>Nothing but STUN goes to the address, and of that at most three times what came from there; the client
    /// does not notice.</summary>
    [Fact]
    public void Replay_OfRecordedChecks_NothingIsSentThere() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new PeerWorld(seed, LinkPresets.Lan);
                var tap = new Recorder(world);
                world.Connect();
                world.Simulation.Every(
                    TimeSpan.FromMilliseconds(50 + random.NextInt32(500)),
                    () => tap.ReplayCheck(random)
                );

                world.Simulation.RunFor(TimeSpan.FromSeconds(20));

                Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
                Assert.True(tap.ReplayedBytes > 0);
                Assert.Equal(0, tap.OtherBytes);
                Assert.InRange(tap.StunBytes, 1, 3 * tap.ReplayedBytes);
                Assert.Equal(0, world.Node.Played[1].Missing);
                Assert.True(world.NodeTransport.MaySend(world.Simulation.Now));
            },
            rounds: 5
        );

    /// <summary>A replay from before the client's handshake takes the selection; the handshake comes through all the same,
    /// and what is sent goes where it came from.</summary>
    [Theory]
    [InlineData(DtlsRole.Server)]
    [InlineData(DtlsRole.Client)]
    public void Replay_DuringTheHandshake_HandshakeSucceedsAndDecides(DtlsRole role) =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new PeerWorld(seed, LinkPresets.Lan, nodeRole: role);
                var tap = new Recorder(world) { ReplaysAtOnce = true };

                world.Connect();
                tap.ReplaysAtOnce = false;
                world.Simulation.RunFor(TimeSpan.FromSeconds(10));

                Assert.True(tap.ReplayedBytes > 0);
                Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
                Assert.Equal(0, world.Node.Played[1].Missing);
            },
            rounds: 5
        );

    /// <summary>A publisher whose NAT gives it another port: the check from there asks, its next packet proves. It need not
    /// answer.</summary>
    [Fact]
    public void Rebind_ClientThatAnswersNoRequest_ItsMediaProves() =>
        AssertMovesAtOnce(world => world.ClientAnswersNoStun = true);

    /// <summary>A client that sends nothing else moves by its answer: one round trip after the check that asks.</summary>
    [Fact]
    public void Rebind_ClientThatSendsNothingElse_ItsAnswerProves() =>
        AssertMovesAtOnce(world => world.ClientDropsMedia = true);

    /// <summary>A client that answers nothing and sends nothing fresh stays where it is: nobody can tell it from a replay.</summary>
    [Fact]
    public void Rebind_ClientThatProvesNothing_NothingMoves()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        (world.ClientDropsMedia, world.ClientAnswersNoStun) = (true, true);
        world.Simulation.Rebind(world.ClientHost, Elsewhere);

        world.Simulation.RunFor(TimeSpan.FromSeconds(40));

        Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
        Assert.False(world.NodeTransport.MaySend(world.Simulation.Now));

        world.ClientDropsMedia = false;
        world.Simulation.RunFor(TimeSpan.FromSeconds(8));
        Assert.Equal(Elsewhere, world.NodeTransport.Selected);
        Assert.True(world.NodeTransport.HasConsent);
    }

    /// <summary>Media of the client's own that somebody delays or sends again proves nothing.</summary>
    [Fact]
    public void Replay_OfChecksAndMedia_NothingMoves()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        var tap = new Recorder(world);
        var random = Seeds.Random();
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 200; round++)
        {
            tap.ReplayCheck(random);
            tap.ReplayMedia(random);
            world.Simulation.RunFor(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(PeerWorld.ClientAddress, world.NodeTransport.Selected);
        Assert.Equal(0, tap.OtherBytes);
        Assert.True(world.NodeTransport.Dropped(DropReason.Replayed) > 0);
    }

    /// <summary>A client of which one half is missing moves nevertheless.</summary>
    private static void AssertMovesAtOnce(Action<PeerWorld> silence)
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        var tap = new Recorder(world);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        silence(world);
        world.Simulation.Rebind(world.ClientHost, Elsewhere);

        world.Simulation.RunUntil(
            () => world.NodeTransport.Selected == Elsewhere,
            TimeSpan.FromSeconds(20)
        );

        // The check that asked, and no other, was before what proved.
        Assert.True(world.Simulation.Now - tap.LastCheckAt < TimeSpan.FromMilliseconds(25));
    }

    /// <summary>Watches the network, and sends again what the client sent.</summary>
    private sealed class Recorder
    {
        private readonly PeerWorld _world;
        private readonly List<byte[]> _checks = [];
        private readonly List<byte[]> _media = [];

        public Recorder(PeerWorld world)
        {
            _world = world;
            world.Simulation.Tap = Look;
            world.Simulation.Add("victim", Victim, new SilentEndpoint());
        }

        /// <summary>Whether each check is sent from the victim's address again as soon as it came.</summary>
        public bool ReplaysAtOnce { get; set; }

        public long ReplayedBytes { get; private set; }

        public long StunBytes { get; private set; }

        public long OtherBytes { get; private set; }

        public Instant LastCheckAt { get; private set; }

        public void ReplayCheck(Prng random) => Inject(_checks[random.NextInt32(_checks.Count)]);

        /// <summary>One of the latest packets: what is old is refused for its age alone.</summary>
        public void ReplayMedia(Prng random) => Inject(_media[^(1 + random.NextInt32(20))]);

        private void Inject(byte[] datagram)
        {
            ReplayedBytes += datagram.Length;
            _world.Node.HandleDatagram(Victim, (byte[])datagram.Clone(), _world.Simulation.Now);
            _world.Simulation.DrainAll();
        }

        private void Look(VirtualDatagram datagram, Instant now)
        {
            var bytes = datagram.Bytes.ToArray();
            var isStun = bytes[0] <= 3;
            if (datagram.To == Victim)
            {
                StunBytes += isStun ? bytes.Length : 0;
                OtherBytes += isStun ? 0 : bytes.Length;
            }

            var isCheck =
                isStun
                && StunMessage.TryParse(bytes, out var message) == StunParseError.None
                && message.Class == StunClass.Request;
            if (datagram.To != PeerWorld.NodeAddress)
            {
                return;
            }

            if (bytes[0] >= 128)
            {
                _media.Add(bytes);
            }
            else if (isCheck)
            {
                _checks.Add(bytes);
                LastCheckAt = now;
                if (ReplaysAtOnce)
                {
                    _world.Simulation.After(TimeSpan.Zero, () => Inject(bytes));
                }
            }
        }
    }
}
