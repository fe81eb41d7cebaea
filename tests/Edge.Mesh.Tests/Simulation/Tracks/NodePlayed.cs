using Edge.Forwarding.Tracks;
using Edge.Mesh.Tests.Simulation.Clients;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>What a viewer plays: Edge.Node's PlayedTrack with its session.</summary>
internal sealed class NodePlayed
{
    public NodePlayed(NodeTrack track, Subscription subscription, SimulatedViewer? viewer)
    {
        Track = track;
        Subscription = subscription;
        Viewer = viewer;
        subscription.Owner = this;
    }

    public NodeTrack Track { get; }

    public Subscription Subscription { get; }

    /// <summary>Who checks what is sent; null for one of a crowd, of whom only the first packet counts.</summary>
    public SimulatedViewer? Viewer { get; }

    public NodeReplica? Replica { get; set; }

    /// <summary>When one of a crowd came, in ticks.</summary>
    public long CameAt { get; set; }

    /// <summary>When the last packet of the first picture left for one of a crowd, in ticks; 0 before.</summary>
    public long FirstAt { get; set; }
}
