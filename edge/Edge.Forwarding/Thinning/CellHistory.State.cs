using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to go on.</content>
internal partial struct CellHistory
{
    /// <summary>Writes it: what was before, then each change.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Cell(_before);
        var changes = writer.Begin();
        for (var index = 0; index < _count; index++)
        {
            writer.UInt(_changes[index].Timestamp);
            writer.Cell(_changes[index].Cell);
        }

        writer.End(changes);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static CellHistory Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(2);
        var history = new CellHistory { _before = reader.Cell() };
        var changes = reader.Begin(2 * ChangesMax, out _);
        while (reader.HasMore)
        {
            history._changes[history._count++] = new(reader.UInt32(), reader.Cell());
        }

        reader.End(changes);
        reader.End(outer);
        return history;
    }
}
