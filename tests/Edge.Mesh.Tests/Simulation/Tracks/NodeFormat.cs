using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>How a track's packets are to be read: VP8 in some layers.</summary>
internal sealed class NodeFormat
{
    private NodeFormat(ImmutableArray<Rid> rids, byte[] description)
    {
        Rids = rids;
        Description = description;
    }

    /// <summary>The rid of each layer; one empty rid without simulcast.</summary>
    public ImmutableArray<Rid> Rids { get; }

    /// <summary>What other nodes are told.</summary>
    public byte[] Description { get; }

    /// <summary>The format of a publisher with so many layers.</summary>
    public static NodeFormat Of(int layers)
    {
        ImmutableArray<Rid> rids = [.. Enumerable.Range(0, layers).Select(layer => RidOf(layer))];
        var bytes = new byte[MeshLimits.DescriptionBytesMax];
        var length = new MeshDescription
        {
            Kind = MediaKind.Video,
            CodecName = "VP8",
            PayloadType = new(96),
            ClockRate = 90_000,
            Rids = layers > 1 ? rids : [],
        }.Write(bytes);
        return new NodeFormat(layers > 1 ? rids : [default], bytes[..length]);
    }

    /// <summary>What another node said; null when it is nothing that can be taken.</summary>
    public static NodeFormat? Of(MeshDescription description) =>
        string.Equals(description.CodecName, "VP8", StringComparison.Ordinal)
            ? Of(Math.Max(1, description.Rids.Length))
            : null;

    /// <summary>The rid of a layer.</summary>
    public static Rid RidOf(int layer) => Rid.Create($"r{layer}");
}
