using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion;

/// <content>How it goes on in another process.</content>
public sealed partial class ReceiveLimit
{
    /// <summary>Writes the limit and when it is said.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Rate(Value);
        writer.Rate(_said);
        writer.Moment(_dueAt);
        writer.UInt((ulong)Math.Max(0, _liftsLeft));
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        Value = reader.Rate(Bitrate.Unlimited);
        _said = reader.Rate(Bitrate.Unlimited);
        _dueAt = reader.Moment();
        _liftsLeft = reader.Int32(LiftsMax);
        reader.End(outer);
    }
}
