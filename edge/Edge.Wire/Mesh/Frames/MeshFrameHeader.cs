using Edge.Primitives;

namespace Edge.Wire.Mesh.Frames;

/// <summary>What holds for all packets of a frame.</summary>
/// <param name="Generation">Which life of the owner's track this is: another after its process started
/// again. Whoever goes on with its publisher goes on with it.</param>
/// <param name="Epoch">Which publisher under the track's name sends.</param>
/// <param name="Layer">The simulcast layer, below <see cref="MeshLimits.LayersMax"/>.</param>
/// <param name="SentAt">When the frame was sent, on the owner's wall clock.</param>
public readonly record struct MeshFrameHeader(
    ulong Generation,
    ushort Epoch,
    byte Layer,
    NtpTimestamp SentAt
)
{
    /// <summary>Its number among the frames of its layer, from 1 on, so that a missing one is seen; 0 for one
    /// that has no place among them.</summary>
    public ulong Number { get; init; }

    /// <summary>For a frame that has no place among them: the number of the last frame of its layer before it, so
    /// that whoever begins to watch sees when the next one is missing; 0 when it is not said.</summary>
    public ulong After { get; init; }
}
