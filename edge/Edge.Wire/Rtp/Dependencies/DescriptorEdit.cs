namespace Edge.Wire.Rtp.Dependencies;

/// <summary>What differs in one receiver's copy of a dependency descriptor.</summary>
/// <remarks>Shape: made where the descriptor was parsed, carried with the packet to where its header is
/// written; the default says that the descriptor is left out.</remarks>
public readonly record struct DescriptorEdit
{
    /// <summary>The active targets to say, target 0 in the lowest bit; counts with
    /// <see cref="TargetCount"/>.</summary>
    public uint ActiveTargets { get; init; }

    /// <summary>What is taken from the frame's number, modulo 2^16.</summary>
    public ushort FrameOffset { get; init; }

    /// <summary>Where the active targets stand or are to stand, in bits
    /// (<see cref="DependencyDescriptor.ActiveTargetsOffset"/>).</summary>
    public ushort MaskOffset { get; init; }

    /// <summary>Decode targets of the structure, when the active ones are to be said; else 0.</summary>
    public byte TargetCount { get; init; }

    /// <summary>Whether the descriptor is written at all.</summary>
    public bool IsCarried { get; init; }
}
