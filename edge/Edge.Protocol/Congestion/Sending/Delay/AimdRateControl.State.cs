using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class AimdRateControl
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Rate(Estimate);
        writer.Moment(_increasedAt);
        writer.Moment(_decreasedAt);
        _capacity.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        Estimate = reader.Rate(max);
        _increasedAt = reader.Moment();
        _decreasedAt = reader.Moment();
        _capacity.Read(ref reader);
        reader.End(outer);
    }
}
