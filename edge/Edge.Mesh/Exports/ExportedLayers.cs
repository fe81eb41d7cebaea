using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Exports;

/// <summary>How the layers of a track were at a moment, as who takes its packets knows them.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="source">Who publishes it.</param>
/// <param name="layers">What each layer is like.</param>
/// <param name="reports">Each layer's last sender report, if there was one.</param>
public sealed class ExportedLayers(
    ExportedSource source,
    MeshLayerState[] layers,
    MeshSenderReport?[] reports
)
{
    /// <summary>Room for what stands in a frame before its packets.</summary>
    private const int HeaderBytesMax = 64;

    /// <summary>Who publishes it.</summary>
    public ExportedSource Source => source;

    /// <summary>How many layers it has.</summary>
    public int Count => layers.Length;

    /// <summary>Whether others have to hear of it: another publisher, a layer that came or went, other sizes.
    /// Rates change all the time and are said by the way.</summary>
    public bool IsNewsAfter(ExportedLayers? before)
    {
        if (before is null || !ReferenceEquals(before.Source, source))
        {
            return true;
        }

        for (var layer = 0; layer < layers.Length; layer++)
        {
            if (before.Words(layer) != Words(layer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes how they are, seen from one of them; returns the length.</summary>
    /// <param name="destination">Room for <see cref="MeshTrackState.BytesMax"/>.</param>
    /// <param name="layer">Whose sender report is said.</param>
    /// <param name="owner">The node that sends the track.</param>
    [HotPath]
    public int WriteState(Span<byte> destination, int layer, NodeAddress owner) =>
        MeshTrackState.Write(
            destination,
            new MeshTrackState(
                layer < reports.Length ? reports[layer] : null,
                MeshTrackEnd.None,
                IsSilent: false
            )
            {
                Owner = new(owner.Pop, owner.Node),
            },
            layers
        );

    /// <summary>A frame without packets that says what the track is and how its layers are.</summary>
    /// <param name="owner">The node that sends the track.</param>
    /// <param name="wallNow">The node's wall clock.</param>
    public byte[] ToFrame(NodeAddress owner, NtpTimestamp wallNow)
    {
        Span<byte> state = stackalloc byte[MeshTrackState.BytesMax];
        Span<byte> frame = new byte[
            HeaderBytesMax + source.Description.Length + MeshTrackState.BytesMax
        ];
        var writer = new MeshFrameWriter(
            frame,
            new MeshFrameHeader(source.Name.Life, source.Name.Epoch, 0, wallNow),
            source.Description,
            state[..WriteState(state, 0, owner)]
        );
        return frame[..writer.Finish()].ToArray();
    }

    private (bool IsActive, uint Pixels) Words(int layer) =>
        layer < layers.Length ? (layers[layer].IsActive, layers[layer].Pixels) : default;
}
