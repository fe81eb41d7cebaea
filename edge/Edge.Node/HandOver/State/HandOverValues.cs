using Edge.Node.Telemetry;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>Values that records of this room are made of.</summary>
internal static class HandOverValues
{
    /// <summary>Most bytes of one session's state. Chosen: ten times that of a call with a hundred tracks is not needed, and
    /// a message of the bus is a megabyte.</summary>
    public const int SessionBytesMax = 512 * 1024;

    /// <summary>Most sections, streams or tracks of a session.</summary>
    public const int TracksMax = 1 << 12;

    /// <summary>Most bytes of a name.</summary>
    public const int NameBytesMax = 4 * 1024;

    /// <summary>Writes something as bytes, which whoever reads passes on to where it is understood.</summary>
    public static void Part(this StateWriter writer, Action<StateWriter> write)
    {
        using var part = new StateWriter(writer.Now, SessionBytesMax);
        write(part);
        // One that is too long is empty, and refused by who reads it.
        writer.Bytes(part.Written);
    }

    /// <summary>Writes a part, or that there is none.</summary>
    public static void Part(this StateWriter writer, bool isThere, Action<StateWriter> write)
    {
        if (isThere)
        {
            writer.Part(write);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Reads a part; empty for none.</summary>
    public static byte[] Part(this ref StateReader reader) =>
        reader.IsNothing() ? [] : reader.Bytes(SessionBytesMax).ToArray();

    /// <summary>Writes what was counted of a link.</summary>
    public static void Totals(this StateWriter writer, LinkTotals totals)
    {
        var group = writer.Begin();
        writer.Int(totals.Packets);
        writer.Int(totals.Bytes);
        writer.Int(totals.Lost);
        writer.End(group);
    }

    /// <summary>Reads what was counted of a link.</summary>
    public static LinkTotals Totals(this ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 3);
        var packets = reader.Count();
        var bytes = reader.Count();
        var lost = reader.Int(-StateValues.CountMax, StateValues.CountMax);
        reader.End(group);
        return new LinkTotals(packets, bytes, lost);
    }
}
