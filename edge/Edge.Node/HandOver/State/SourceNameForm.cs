using Edge.Mesh;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>The form in which the name of a publisher's run goes to another node.</summary>
internal static class SourceNameForm
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
