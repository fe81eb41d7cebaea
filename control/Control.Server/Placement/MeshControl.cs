using Anycast.Steering;
using Control.Contract;

namespace Control.Server.Placement;

/// <summary>What a control process uses instead of a node of its own: all nodes there are, over buses that
/// whoever made them ends.</summary>
internal sealed class MeshControl : IDisposable
{
    private MeshControl(IMediaNode node, NodeParts parts)
    {
        Node = node;
        Parts = parts;
    }

    /// <summary>All nodes as one. Its totals are of all, and its going away is everybody's: a control that ends
    /// neither waits for the ones nor says the other.</summary>
    public IMediaNode Node { get; }

    /// <summary>Whether there is a node of the own PoP that would take a session.</summary>
    public bool IsReady =>
        Directory.Look().Any(node => node.Address.Pop == Parts.Buses.OwnPop && node.TakesSessions);

    /// <summary>The nodes that are known.</summary>
    public NodeDirectory Directory => Parts.Directory;

    /// <summary>What it is made of; for tests.</summary>
    internal NodeParts Parts { get; }

    /// <summary>Puts it together and begins to listen for nodes.</summary>
    /// <exception cref="ArgumentException">There is no bus, or no key of the PoP.</exception>
    public static MeshControl Create(MeshControlOptions options)
    {
        var ownPop = OwnerCode.NumberOf(options.Pop);
        if (options.Lan is null && options.Nats is null)
        {
            throw new ArgumentException(
                "Nodes are reached by a bus: LAN, NATS, or both.",
                nameof(options)
            );
        }

        if (options.Keys.FindCurrent(ownPop) is null)
        {
            throw new ArgumentException($"There is no key of PoP {options.Pop}.", nameof(options));
        }

        var log = options.Loggers.CreateLogger<MeshControl>();
        var buses = new NodeBuses(ownPop, options.Lan, options.Nats);
        var directory = new NodeDirectory(buses, options.Pop, options.Time, log);
        var parts = new NodeParts(
            buses,
            new NodeLink(buses),
            directory,
            new EventFeeds(log),
            options.Limits,
            new Jitter(options.Random),
            options.Time
        );
        directory.Start();
        return new MeshControl(new MeshNode(parts, options.Keys, log), parts);
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => Directory.Dispose();
}
