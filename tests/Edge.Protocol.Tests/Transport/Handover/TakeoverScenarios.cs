using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A process ends without a word, and another one goes on with its peer from what was written some time before and what
/// was granted since.</summary>
public sealed class TakeoverScenarios
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(4);

    /// <summary>Whenever it was written, whenever the process ends, again and again: all that the client gets is authentic and new,
    /// it is sent media again, and its own media is taken. That no index is used twice the node looks after.</summary>
    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm, IceMode.Lite)]
    [InlineData(SrtpProfile.Aes128CmSha1Tag80, IceMode.Lite)]
    [InlineData(SrtpProfile.AeadAes256Gcm, IceMode.Controlling)]
    public void Survive_AnyMoments_TheCallGoesOn(SrtpProfile profile, IceMode mode) =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(
                    seed,
                    new LinkConditions
                    {
                        Delay = TimeSpan.FromMilliseconds(random.NextInt32(50)),
                        Jitter = TimeSpan.FromMilliseconds(3),
                        Loss = random.NextInt32(3) * 0.01,
                    },
                    profile: profile,
                    nodeMode: mode
                );
                world.Connect();
                world.Simulation.RunFor(Early);
                for (var life = 0; life < 4; life++)
                {
                    var grants = new Grants(world, random);
                    world.Simulation.RunFor(Call * random.NextDouble());
                    var portrait = Portray(world);
                    var cameAt = world.Simulation.Now;
                    world.Simulation.RunFor(Call * random.NextDouble());
                    grants.End();
                    world.Survive(portrait, cameAt, grants.Granted, grants.Received);
                    var (played, taken) = (
                        world.Client.Played[1].Packets,
                        world.Node.MediaReceived
                    );
                    world.Simulation.RunFor(TimeSpan.FromSeconds(1));
                    Assert.InRange(world.Client.Played[1].Packets - played, 100, 300);
                    Assert.InRange(world.Node.MediaReceived - taken, 60, 300);
                }

                AssertUnnoticed(world);
            },
            rounds: 6
        );

    /// <summary>Consent, idle time and checks of a portrait are long over, its numbers long passed: whoever revives it counts from
    /// now. What is lost is repaired in both directions, and nothing is asked for that had come.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(400)]
    public void Survive_OldPortrait_TheCallGoesOn(int seconds)
    {
        using var world = new HandoverWorld(
            Seeds.Next(),
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.01 }
        );
        world.Connect();
        world.Simulation.RunFor(Early);
        var grants = new Grants(world, Seeds.Random());
        var portrait = Portray(world);
        var cameAt = world.Simulation.Now;
        world.Simulation.RunFor(TimeSpan.FromSeconds(seconds));
        grants.End();
        world.Survive(portrait, cameAt, grants.Granted, grants.Received);
        var (played, taken) = (world.Client.Played[1].Packets, world.Node.MediaReceived);
        var recovered = world.Client.Played[1].Recovered;
        var ofNode = world.Node.Peer.Receiver.Stats(1, 0);
        world.Simulation.RunFor(TimeSpan.FromSeconds(60));
        Assert.InRange(world.Client.Played[1].Packets - played, 8_000, 10_000);
        Assert.True(world.Node.MediaReceived - taken > 4_000);
        Assert.InRange(world.Client.Played[1].Recovered - recovered, 20, 300);
        var now = world.Node.Peer.Receiver.Stats(1, 0);
        Assert.InRange(now.Recovered - ofNode.Recovered, 5, 300);
        Assert.InRange(now.NacksSent - ofNode.NacksSent, 5, 300);
        AssertUnnoticed(world);
    }

    /// <summary>A client that is gone was not there when it is looked for: what was sent to nobody ends soon.</summary>
    [Fact]
    public void Survive_ClientIsGone_ConsentEndsWithinOneSilence()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(Early);
        var grants = new Grants(world, Seeds.Random());
        var portrait = Portray(world);
        var cameAt = world.Simulation.Now;
        world.Simulation.RunFor(TimeSpan.FromSeconds(40));
        grants.End();
        world.Simulation.Remove(world.ClientHost);
        world.Survive(portrait, cameAt, grants.Granted, grants.Received);
        var silence = new IceOptions().SilenceMax;
        Assert.True(world.Node.Peer.Transport.MaySend(world.Node.Local(world.Simulation.Now)));
        world.Node.Peer.HandleTimeout(world.Node.Local(world.Simulation.Now) + silence);
        Assert.False(
            world.Node.Peer.Transport.MaySend(world.Node.Local(world.Simulation.Now) + silence)
        );
    }

    /// <summary>A portrait changes nothing: the wire is, to the tick and the byte, as it is without.</summary>
    [Fact]
    public void TryPortray_AnyMoments_WireIsAsWithout() =>
        Seeds.Check(
            (seed, random) =>
            {
                var conditions = new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(20),
                    Loss = random.NextInt32(3) * 0.01,
                };
                Assert.Equal(Trace(seed, conditions, portraits: 0), Trace(seed, conditions, 40));
            },
            rounds: 5
        );

    [Fact]
    public void TryPortray_HandshakeInFlight_IsRefused()
    {
        using var world = new HandoverWorld(
            Seeds.Next(),
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) }
        );
        var refusals = new HashSet<PeerCapture>();
        world.Simulation.Every(
            TimeSpan.FromMilliseconds(1),
            () =>
            {
                using var writer = new StateWriter(
                    world.Simulation.Now,
                    HandoverWorld.StateBytesMax
                );
                refusals.Add(world.Node.Peer.TryPortray(writer));
            }
        );
        world.Connect();
        world.Simulation.RunFor(Early);
        Assert.Superset(
            new HashSet<PeerCapture>
            {
                PeerCapture.Captured,
                PeerCapture.NotConnected,
                PeerCapture.HandshakeInFlight,
            },
            refusals
        );
    }

    private static List<string> Trace(ulong seed, LinkConditions conditions, int portraits)
    {
        using var world = new HandoverWorld(seed);
        world.Connect();
        world.Simulation.Network.SetBothWays(
            PeerWorld.NodeAddress,
            PeerWorld.ClientAddress,
            conditions
        );
        var trace = new List<string>();
        world.Simulation.Tap = (datagram, now) =>
            trace.Add($"{now} {datagram.To} {datagram.Bytes.Length}");
        var random = Prng.FromNumber(seed);
        for (var portrait = 0; portrait < portraits; portrait++)
        {
            var at = TimeSpan.FromSeconds(1) + Call * random.NextDouble();
            world.Simulation.After(at, () => Portray(world));
        }

        world.Simulation.RunFor(Call + TimeSpan.FromSeconds(2));
        return trace;
    }

    private static byte[] Portray(HandoverWorld world)
    {
        var now = world.Node.Local(world.Simulation.Now);
        using var writer = new StateWriter(now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryPortray(writer));
        Assert.InRange(writer.Written.Length, 500, 8_000);
        return writer.Written.ToArray();
    }

    private static void AssertUnnoticed(HandoverWorld world)
    {
        var client = world.ClientTransport;
        Assert.Equal(0, client.Dropped(DropReason.NotAuthentic));
        Assert.Equal(0, client.Dropped(DropReason.Replayed));
        Assert.Equal(0, client.Dropped(DropReason.Malformed));
        Assert.Equal(0, client.Dropped(DropReason.UnknownStream));
        var node = world.Node.Peer.Transport;
        Assert.Equal(0, node.Dropped(DropReason.NotAuthentic));
        Assert.Equal(0, node.Dropped(DropReason.UnknownStream));
        Assert.Equal(0, node.Dropped(DropReason.AddressNotValidated));
        Assert.False(node.HasLapsed);
    }

    /// <summary>The indices of one life of the node: more is granted when more is wanted, as others have stored it at once.</summary>
    private sealed class Grants
    {
        private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

        private readonly HandoverWorld _world;
        private readonly Prng _random;
        private readonly Dictionary<(IndexSpace, Ssrc), IndexBound> _granted = [];
        private readonly PeerTransport _transport;
        private bool _isOver;

        public Grants(HandoverWorld world, Prng random)
        {
            _world = world;
            _random = random;
            _transport = world.Node.Peer.Transport;
            _transport.LimitIndices();
            Grant();
            world.Simulation.After(Look, KeepLooking);
        }

        public IReadOnlyList<IndexBound> Granted => [.. _granted.Values];

        /// <summary>As it was told now and then.</summary>
        public List<IndexBound> Received { get; } = [];

        public void End() => _isOver = true;

        private void KeepLooking()
        {
            if (_isOver)
            {
                return;
            }

            Assert.False(_transport.HasLapsed, "What was wanted came too late.");
            if (_transport.IsWanting)
            {
                _transport.HandleAsked();
                Grant();
            }

            if (_random.NextInt32(50) == 0)
            {
                Received.Clear();
                _transport.ListReceived(Received);
            }

            _world.Simulation.After(Look, KeepLooking);
        }

        /// <summary>Of retransmissions as well, under which nothing was sent yet.</summary>
        private void Grant()
        {
            var uses = new List<IndexUse>();
            _transport.ListIndices(uses);
            var repairs = new Ssrc(0x31);
            if (!uses.Exists(use => use.Granted.Ssrc == repairs))
            {
                // Their first number is drawn below 2^15.
                uses.Add(new(new(IndexSpace.Rtp, repairs, -1), (1 << 15) - 1));
            }

            foreach (var use in uses)
            {
                // Without a pacer a test of the path is a thousand packets at once, all of the retransmissions' SSRC.
                var ahead = use.Granted.Ssrc == repairs ? 5000 : 100 + _random.NextInt32(900);
                var bound = use.Granted with { Last = use.Used + ahead };
                Assert.True(_transport.Grant(bound, askAfter: use.Used + (ahead / 2)));
                var key = (bound.Space, bound.Ssrc);
                var former = _granted.GetValueOrDefault(key, bound with { Last = -1 });
                _granted[key] = bound with { Last = Math.Max(bound.Last, former.Last) };
            }
        }
    }
}
