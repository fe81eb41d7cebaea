using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Exports;

/// <summary>A packet on its way to other nodes.</summary>
/// <remarks>Owner: whoever holds it holds a claim on its slot.</remarks>
public readonly record struct ExportedPacket
{
    /// <summary>Who published it.</summary>
    public required ExportedSource Source { get; init; }

    /// <summary>Its slot, which begins with the whole plain packet.</summary>
    public required PacketHandle Handle { get; init; }

    /// <summary>Bytes of the packet.</summary>
    public required int LengthBytes { get; init; }

    /// <summary>Its layer.</summary>
    public required byte Layer { get; init; }

    /// <summary>When this node got it.</summary>
    public required Instant ArrivedAt { get; init; }

    /// <summary>What is known of it; its age is measured when it leaves.</summary>
    public required MeshPacket Facts { get; init; }

    /// <summary>Whether a decoder can start with it.</summary>
    public bool IsKeyFrameStart => Has(MeshPacketFlags.KeyFrameStart);

    /// <summary>The RTP marker bit.</summary>
    public bool Marker => Has(MeshPacketFlags.Marker);

    private bool Has(MeshPacketFlags flag) => (Facts.Flags & flag) != MeshPacketFlags.None;
}
