using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Edge.Wire.Payload;

namespace Edge.Testing.Downlinks;

/// <summary>A node with cameras and viewers behind networks of their own, in virtual time, from one seed.</summary>
public sealed class DownlinkWorld : IDisposable
{
    private static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC633_6401, 7000);

    /// <summary>Time between two samples of a viewer, unless it is said.</summary>
    private static readonly TimeSpan UsualInterval = TimeSpan.FromMilliseconds(10);

    private static readonly HeaderExtensionMap Extensions = new()
    {
        Mid = 4,
        RepairedRid = 11,
        TransportSequence = 3,
        AbsoluteSendTime = 2,
    };

    private readonly Prng _random;
    private readonly List<WatchingViewer> _viewers = [];

    /// <summary>Makes a world without cameras and viewers.</summary>
    public DownlinkWorld(ulong seed)
        : this(seed, UsualInterval, grain: TimeSpan.Zero) { }

    /// <summary>Makes a world for many viewers.</summary>
    /// <param name="seed">What everything random comes from.</param>
    /// <param name="sampleInterval">Time between two samples of a viewer.</param>
    /// <param name="grain">See <see cref="Simulation.Grain"/>.</param>
    public DownlinkWorld(ulong seed, TimeSpan sampleInterval, TimeSpan grain)
    {
        Simulation = new Simulation(seed)
        {
            StepsMax = 200_000_000,
            Grain = grain,
            Digest = static _ => 0,
        };
        _random = Prng.FromNumber(seed);
        Node = new DownlinkNode(_random.Fork(), Simulation.Now);
        Simulation.Add("node", NodeAddress, Node);
        Simulation.Every(sampleInterval, Sample);
    }

    /// <summary>The simulation.</summary>
    public Simulation Simulation { get; }

    /// <summary>The node.</summary>
    public DownlinkNode Node { get; }

    /// <summary>The viewers.</summary>
    public IReadOnlyList<WatchingViewer> Viewers => _viewers;

    /// <summary>The random source of the scenario.</summary>
    public Prng Random => _random;

    /// <summary>Publishes a camera.</summary>
    public int AddCamera(CameraOptions options) => Node.AddCamera(options, Simulation.Now);

    /// <summary>Adds a viewer of the first sound and some cameras, who joins at once.</summary>
    /// <param name="network">What its network does, each way; its rate holds towards the viewer only.</param>
    /// <param name="cameras">What it watches.</param>
    public WatchingViewer AddViewer(LinkConditions network, params int[] cameras) =>
        AddViewer(network, new ViewerWishes { Cameras = [.. cameras] }, _viewers.Count);

    /// <summary>Adds a viewer, who joins at once.</summary>
    /// <param name="network">What its network does, each way; its rate holds towards the viewer only.</param>
    /// <param name="wishes">What it watches and hears.</param>
    /// <param name="place">Its number among all viewers, from which its address, and by that the luck of its
    /// network, come.</param>
    public WatchingViewer AddViewer(LinkConditions network, ViewerWishes wishes, int place)
    {
        var address = NetworkAddress.FromIPv4(0xCB00_7100 + (uint)place, (ushort)(40_000 + place));
        SetNetwork(address, network);
        var (node, client) = CreatePeers(wishes);
        var served = Node.AddViewer(address, node, wishes);
        var end = new ViewerEnd(client);
        var viewer = new WatchingViewer(served, end, wishes, Simulation.Now);
        _viewers.Add(viewer);
        Simulation.Add($"viewer {place + 1}", address, end);
        return viewer;
    }

    /// <summary>Changes a viewer's network from now on.</summary>
    public void SetNetwork(WatchingViewer viewer, LinkConditions network) =>
        SetNetwork(viewer.Served.Address, network);

    /// <inheritdoc/>
    public void Dispose()
    {
        Node.Dispose();
        foreach (var viewer in _viewers)
        {
            viewer.End.Dispose();
        }
    }

    private void SetNetwork(NetworkAddress address, LinkConditions network)
    {
        Simulation.Network.SetLink(NodeAddress, address, network);
        Simulation.Network.SetLink(
            address,
            NodeAddress,
            network with
            {
                Rate = Bitrate.Zero,
                Loss = 0,
                Bursts = null,
            }
        );
    }

    private void Sample()
    {
        foreach (var viewer in _viewers)
        {
            var network = Simulation.Network;
            viewer.Sample(
                network.Conditions(NodeAddress, viewer.Served.Address).Rate,
                network.QueueOf(NodeAddress, viewer.Served.Address, Simulation.Now),
                Simulation.Now
            );
        }
    }

    private (Peer Node, Peer Client) CreatePeers(ViewerWishes wishes)
    {
        var nodes = SimulatedPeers.Factory(_random, Simulation.Now);
        var clients = SimulatedPeers.Factory(_random, Simulation.Now);
        return SimulatedPeers.CreatePair(
            nodes,
            clients,
            new(NodeAddress) { ToClient = Sections(wishes) },
            _random,
            Simulation.Now
        );
    }

    private ImmutableArray<MediaAgreement> Sections(ViewerWishes wishes)
    {
        var sections = ImmutableArray.CreateBuilder<MediaAgreement>();
        var sound = SimulatedPeers.Opus with { HasTransportCc = true };
        foreach (var _ in wishes.Sounds)
        {
            sections.Add(Section(sections.Count, MediaKind.Audio, sound));
        }

        var video = wishes.HasRepair
            ? SimulatedPeers.Vp8
            : SimulatedPeers.Vp8 with
            {
                RtxPayloadType = null,
            };
        foreach (var _ in wishes.Cameras)
        {
            sections.Add(Section(sections.Count, MediaKind.Video, video));
        }

        return sections.ToImmutable();
    }

    private MediaAgreement Section(int number, MediaKind kind, NegotiatedCodec codec) =>
        new()
        {
            Mid = Mid.Create(number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Kind = kind,
            Codec = codec,
            Extensions = Extensions,
            ReducedSizeRtcp = true,
            LocalSsrc = new Ssrc(_random.NextUInt32()),
            LocalRtxSsrc = new Ssrc(_random.NextUInt32()),
        };
}
