using Control.Contract.Calls;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The small values that records of the session and track API are made of.</summary>
internal static class CallsValues
{
    /// <summary>Most bytes of a name.</summary>
    public const int NameBytesMax = NegotiatedValues.TextBytesMax;

    /// <summary>Writes a whole number that may be missing.</summary>
    public static void OptionalInt(this StateWriter writer, long? value)
    {
        if (value is { } number)
        {
            writer.Int(number);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Reads a whole number of 32 bits that may be missing.</summary>
    public static int? OptionalInt32(this ref StateReader reader) =>
        reader.IsNothing() ? null : (int)reader.Int(int.MinValue, int.MaxValue);

    /// <summary>Writes true or false that may be missing.</summary>
    public static void OptionalBool(this StateWriter writer, bool? value)
    {
        if (value is { } isSo)
        {
            writer.Bool(isSo);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Reads true or false that may be missing.</summary>
    public static bool? OptionalBool(this ref StateReader reader) =>
        reader.IsNothing() ? null : reader.Bool();

    /// <summary>Writes what a track shows.</summary>
    public static void Content(this StateWriter writer, TrackContent content) =>
        writer.UInt((ulong)content);

    /// <summary>Reads what a track shows.</summary>
    public static TrackContent Content(this ref StateReader reader) =>
        (TrackContent)reader.Int32((int)TrackContent.Screen);

    /// <summary>Reads a name, which is not empty.</summary>
    public static string Name(this ref StateReader reader)
    {
        var name = reader.Text(NameBytesMax);
        if (name.Length == 0)
        {
            reader.Break();
        }

        return name;
    }
}
