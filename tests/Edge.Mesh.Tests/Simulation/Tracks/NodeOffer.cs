using Edge.Mesh.Demand;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>What another node says of a track of its own: Edge.Node's RemoteOffer.</summary>
internal sealed record NodeOffer(
    TrackToken Token,
    DemandKey Key,
    NodeFormat Format,
    SourceName Name,
    MeshLayerState?[] Words
)
{
    /// <summary>Reads it; null when it makes no sense.</summary>
    public static NodeOffer? Read(ReadOnlySpan<byte> bytes, in TrackToken token, DemandKey key)
    {
        if (
            MeshFrameReader.TryParse(bytes, out var frame) != MeshParseError.None
            || MeshDescription.TryParse(frame.Description, out var description)
                != MeshParseError.None
            || NodeFormat.Of(description!) is not { } format
        )
        {
            return null;
        }

        var layers = new MeshLayerState[MeshLimits.LayersMax];
        _ = MeshTrackState.TryParse(frame.State, layers, out var count, out _);
        return new NodeOffer(
            token,
            key,
            format,
            new SourceName(frame.Header.Generation, frame.Header.Epoch),
            [.. layers[..count].Select(layer => (MeshLayerState?)layer)]
        );
    }
}
