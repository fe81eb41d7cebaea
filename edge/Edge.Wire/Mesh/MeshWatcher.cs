using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh;

/// <summary>A node that wants something of another.</summary>
/// <param name="Pop">The number of its PoP.</param>
/// <param name="Node">Its number there.</param>
/// <param name="Life">Which life of its process this is: another after a start.</param>
public readonly record struct MeshWatcher(ushort Pop, ushort Node, ulong Life)
{
    /// <summary>Writes it as three numbers.</summary>
    internal void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteUInt(Pop);
        writer.WriteUInt(Node);
        writer.WriteUInt(Life);
    }

    internal static bool TryRead(ref MessagePackReader reader, out MeshWatcher watcher)
    {
        watcher = default;
        if (
            !reader.TryReadUInt16(out var pop)
            || !reader.TryReadUInt16(out var node)
            || !reader.TryReadUInt(ulong.MaxValue, out var life)
        )
        {
            return false;
        }

        watcher = new(pop, node, life);
        return true;
    }
}
