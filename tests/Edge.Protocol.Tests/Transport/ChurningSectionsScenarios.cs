using System.Globalization;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Sections come and go for minutes under media: what stays loses nothing, and no packet reaches
/// another's section, mids and indices used again or not.</summary>
public sealed class ChurningSectionsScenarios
{
    // More than the SSRCs that a receiver knows at a time: those of the ended have to be forgotten.
    private const int Changes = 240;
    private const int LiveMax = 12;

    /// <summary>Longer than any path here holds a packet.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void Churn_CleanPath_EverySectionGetsAllOfItsOwn() =>
        Run(Seeds.Next(), LinkPresets.Lan, isLossless: true);

    [Fact]
    public void Churn_LossyPath_NothingReachesAnothersSection() =>
        Run(Seeds.Next(), LinkPresets.WifiLossy, isLossless: false);

    private static void Run(ulong seed, LinkConditions conditions, bool isLossless)
    {
        var simulation = new Simulation(seed, conditions);
        var random = Prng.FromNumber(seed);
        using var node = Create(simulation, random, out var client);
        using var owner = client;
        var live = new Dictionary<int, Live>();
        node.Received = (section, number) =>
        {
            Assert.True(live.TryGetValue(section, out var expected), $"section {section} ended");
            Assert.Equal(expected.Number, number);
            expected.Received++;
        };
        simulation.RunUntil(() => node.IsConnected && client.IsConnected, TimeSpan.FromSeconds(20));
        var constant = Begin(node, client, live, number: 1, mid: "c", simulation.Now);
        for (var change = 2; change < Changes; change++)
        {
            if (live.Count > 1 && (live.Count > LiveMax || random.NextInt32(2) == 0))
            {
                End(simulation, node, client, live, random, isLossless);
            }
            else
            {
                var mid = random.NextInt32(LiveMax * 2).ToString(CultureInfo.InvariantCulture);
                if (
                    !live.Values.Any(each => string.Equals(each.Mid, mid, StringComparison.Ordinal))
                )
                {
                    Begin(node, client, live, change, mid, simulation.Now);
                }
            }

            simulation.RunFor(TimeSpan.FromMilliseconds(100 + random.NextInt32(400)));
        }

        var transport = node.Peer.Transport;
        Assert.Equal(0, transport.Dropped(DropReason.NotAuthentic));
        Assert.Equal(0, transport.Dropped(DropReason.Replayed));
        simulation.RunFor(Settle);
        var sent = client.Peer.Sender.Stats(constant.Stream).Packets;
        Assert.InRange(constant.Received, isLossless ? sent - 5 : sent / 2, sent);
        Assert.True(client.Peer.Sender.RoundTrip > TimeSpan.Zero);
        Assert.InRange(node.Peer.Receiver.SectionCount, 2, LiveMax + 3);
    }

    private static Live Begin(
        ChurningPeer node,
        ChurningPeer client,
        Dictionary<int, Live> live,
        int number,
        string mid,
        Instant now
    )
    {
        // Every third without RTX, so that numbers differ between sections of one mid.
        var media = number % 3 == 0 ? Agreements.VideoWithoutRtx : Agreements.Video;
        media = media with { Mid = Mid.Create(mid) };
        var section = node.Peer.Receiver.Add(media, now);
        var begun = new Live(number, mid, client.Add(media, number, now));
        live.Add(section, begun);
        return begun;
    }

    private static void End(
        Simulation simulation,
        ChurningPeer node,
        ChurningPeer client,
        Dictionary<int, Live> live,
        Prng random,
        bool isLossless
    )
    {
        var ending = live.Where(each => each.Value.Number != 1)
            .ElementAt(random.NextInt32(live.Count - 1));
        var sent = client.End(ending.Value.Stream);
        simulation.RunFor(Settle);
        Assert.InRange(ending.Value.Received, isLossless ? sent : sent / 2, sent);
        node.Peer.Receiver.Remove(ending.Key);
        live.Remove(ending.Key);
    }

    private static ChurningPeer Create(Simulation simulation, Prng random, out ChurningPeer client)
    {
        var nodeFactory = SimulatedPeers.Factory(random, simulation.Now);
        var clientFactory = SimulatedPeers.Factory(random, simulation.Now);
        var nodeCredentials = IceCredentials.Create(random);
        var clientCredentials = IceCredentials.Create(random);
        var node = new ChurningPeer(
            nodeFactory.Create(
                new PeerSettings
                {
                    IceMode = IceMode.Lite,
                    LocalCredentials = nodeCredentials,
                    Remote = SimulatedPeers.Remote(
                        clientCredentials,
                        clientFactory.LocalFingerprint,
                        DtlsRole.Server,
                        []
                    ),
                    ReportSsrc = new Ssrc(1),
                    Cname = "node",
                },
                random,
                simulation.Now
            )
        );
        client = new ChurningPeer(
            clientFactory.Create(
                new PeerSettings
                {
                    IceMode = IceMode.Controlling,
                    LocalCredentials = clientCredentials,
                    Remote = SimulatedPeers.Remote(
                        nodeCredentials,
                        nodeFactory.LocalFingerprint,
                        DtlsRole.Client,
                        [PeerWorld.NodeAddress]
                    ),
                    ReportSsrc = new Ssrc(2),
                    Cname = "client",
                },
                random,
                simulation.Now
            )
        );
        simulation.Add("node", PeerWorld.NodeAddress, node);
        simulation.Add("client", PeerWorld.ClientAddress, client);
        return node;
    }

    private sealed class Live(int number, string mid, int stream)
    {
        public int Number => number;

        public string Mid => mid;

        public int Stream => stream;

        public long Received { get; set; }
    }
}
