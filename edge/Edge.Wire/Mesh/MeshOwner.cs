using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh;

/// <summary>The node that sends a track.</summary>
/// <remarks>Shape: an array (MessagePack) of two numbers; a newer version may append.</remarks>
/// <param name="Pop">The number of its PoP.</param>
/// <param name="Node">Its number there.</param>
public readonly record struct MeshOwner(ushort Pop, ushort Node)
{
    /// <summary>Most bytes of one.</summary>
    internal const int BytesMax = 7;

    private const int Elements = 2;

    internal void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Elements);
        writer.WriteUInt(Pop);
        writer.WriteUInt(Node);
    }

    internal static bool TryRead(ref MessagePackReader reader, out MeshOwner? owner)
    {
        owner = null;
        if (
            !MeshArray.TryOpen(ref reader, Elements, out var further)
            || !reader.TryReadUInt16(out var pop)
            || !reader.TryReadUInt16(out var node)
            || !reader.TrySkip(further)
        )
        {
            return false;
        }

        owner = new(pop, node);
        return true;
    }
}
