using Edge.Wire.State;

namespace Edge.Protocol.Congestion;

/// <content>How it goes on in another process.</content>
public sealed partial class RembReceiver
{
    /// <summary>Writes the estimate and what it is made of.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_deadline);
        writer.Moment(_updatedAt);
        writer.UInt((ulong)_bytes);
        writer.UInt((ulong)_received);
        writer.UInt((ulong)_lost);
        writer.Bool(_hasSeenLoss);
        writer.Rate(Estimate);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        _deadline = reader.Moment();
        _updatedAt = reader.Moment();
        _bytes = reader.Count();
        _received = reader.Int32(int.MaxValue / 2);
        _lost = reader.Int32(int.MaxValue / 2);
        _hasSeenLoss = reader.Bool();
        Estimate = reader.Rate(Most);
        reader.End(outer);
    }
}
