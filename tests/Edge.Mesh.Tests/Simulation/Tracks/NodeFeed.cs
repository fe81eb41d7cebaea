using Edge.Mesh.Demand;
using Edge.Mesh.Feeds;
using Edge.Mesh.Tests.Simulation.Names;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A track of another node as this one takes it: Edge.Node's RemoteTrack.</summary>
internal sealed class NodeFeed
{
    public NodeFeed(NodeOffer offer, NodeTrack track)
    {
        Token = offer.Token;
        Key = offer.Key;
        Track = track;
        Inlet = new NodeInlet(new NodeSource(track, track.NextEpoch(), this, offer.Format));
        Words = offer.Words;
    }

    public TrackToken Token { get; }

    public DemandKey Key { get; }

    public NodeTrack Track { get; }

    public NodeRemoteStream? Of { get; set; }

    public NodeInlet Inlet { get; set; }

    public FeedIntake Intake { get; } = new();

    /// <summary>What its owner said of each layer.</summary>
    public MeshLayerState?[] Words { get; set; }

    public bool IsOver { get; set; }

    public bool IsTouched { get; set; }

    public Instant DueAt { get; set; } = Instant.Never;
}
