using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="RemoteSource"/> goes to another process.</summary>
public static class RemoteSourceForm
{
    /// <summary>Writes a stream.</summary>
    public static void Write(StateWriter writer, RemoteSource source)
    {
        var group = writer.Begin();
        writer.UInt(source.Media.Value);
        writer.Source(source.Rtx);
        writer.End(group);
    }

    /// <summary>Reads a stream.</summary>
    public static bool TryRead(ref StateReader reader, out RemoteSource source)
    {
        var group = reader.BeginWhole(valuesMin: 1);
        source = new(new Ssrc(reader.UInt32()), reader.Source());
        reader.End(group);
        source = reader.IsBroken ? default : source;
        return !reader.IsBroken;
    }
}
