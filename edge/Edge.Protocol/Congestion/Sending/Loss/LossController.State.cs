using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <content>How it goes on in another process.</content>
internal sealed partial class LossController
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)_received);
        writer.UInt((ulong)_lost);
        writer.Moment(_decidedAt);
        writer.Rate(Limit);
        writer.Number(Fraction);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        _received = reader.Count();
        _lost = reader.Count();
        _decidedAt = reader.Moment();
        Limit = reader.Rate(_max);
        Fraction = reader.NumberWithin(0, 1);
        reader.End(outer);
    }
}
