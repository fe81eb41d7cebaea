using Edge.Mesh.Demand;
using Edge.Mesh.Feeds;
using Edge.Mesh.Paths;
using Edge.Mesh.Tests.Simulation.Names;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A track of another node as this one takes it: Edge.Node's RemoteTrack.</summary>
internal sealed class NodeFeed : IPathTrack
{
    public NodeFeed(NodeOffer offer, NodeTrack track)
    {
        Token = offer.Token;
        Key = offer.Key;
        Track = track;
        Inlet = new NodeInlet(
            new NodeSource(track, track.NextEpoch(), this, offer.Format, offer.Name)
        );
        Words = offer.Words;
        Intake.Begin(offer.Name, []);
    }

    public TrackToken Token { get; }

    public DemandKey Key { get; set; }

    /// <summary>Which node was last said to send it.</summary>
    public MeshOwner? OwnerSaid { get; set; }

    public NodeTrack Track { get; }

    public NodeRemoteStream? Of { get; set; }

    public NodeInlet Inlet { get; set; }

    public FeedIntake Intake { get; } = new();

    /// <summary>What its owner said of each layer.</summary>
    public MeshLayerState?[] Words { get; set; }

    /// <summary>Layers for which the way from its owner has no room.</summary>
    public uint LeftOutLayers { get; set; }

    bool IPathTrack.IsSound => false;

    uint IPathTrack.WantedLayers => Track.Wanted;

    public bool IsOver { get; set; }

    public bool IsTouched { get; set; }

    public Instant DueAt { get; set; } = Instant.Never;

    /// <summary>What viewers here are to believe of a layer.</summary>
    public MeshLayerState? Effective(int layer) =>
        Words[layer] is { } word
            ? word with
            {
                IsActive = word.IsActive && (LeftOutLayers >> layer & 1) == 0,
            }
            : null;

    int IPathTrack.ReadLayers(Span<PathLayer> layers)
    {
        for (var layer = 0; layer < Words.Length; layer++)
        {
            var word = Words[layer] ?? default;
            layers[layer] = new PathLayer(word.Pixels, word.IsActive ? word.Bitrate : Bitrate.Zero);
        }

        return Words.Length;
    }
}
