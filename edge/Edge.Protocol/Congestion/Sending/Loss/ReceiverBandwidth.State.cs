using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <content>How it goes on in another process.</content>
internal sealed partial class ReceiverBandwidth
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Rate(Estimate);
        writer.Rate(Remb);
        writer.Moment(_rembEndsAt);
        writer.Moment(_grownAt);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        Estimate = reader.Rate(max);
        Remb = reader.Rate(max);
        _rembEndsAt = reader.Moment();
        _grownAt = reader.Moment();
        reader.End(outer);
    }
}
