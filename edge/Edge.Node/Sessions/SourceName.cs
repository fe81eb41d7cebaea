using Edge.Wire.State;

namespace Edge.Node.Sessions;

/// <summary>What one publisher's run of a track is called at all nodes that have it.</summary>
/// <param name="Life">The life of the node at which it began.</param>
/// <param name="Epoch">Its number there.</param>
internal readonly record struct SourceName(ulong Life, ushort Epoch)
{
    /// <summary>Writes a name.</summary>
    public static void Write(StateWriter writer, SourceName name)
    {
        var group = writer.Begin();
        writer.UInt(name.Life);
        writer.UInt(name.Epoch);
        writer.End(group);
    }

    /// <summary>Reads a name.</summary>
    public static SourceName Read(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 2);
        var life = reader.UInt();
        var epoch = reader.UInt16();
        reader.End(group);
        return new SourceName(life, epoch);
    }
}
