using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class LinkCapacity
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(IsKnown);
        writer.Number(_meanKbps);
        writer.Number(_deviation);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        IsKnown = reader.Bool();
        _meanKbps = reader.NumberWithin(0, MeanKbpsMax);
        _deviation = reader.NumberWithin(DeviationMin, DeviationMax);
        reader.End(outer);
    }

    private const double MeanKbpsMax = 1e12;
}
