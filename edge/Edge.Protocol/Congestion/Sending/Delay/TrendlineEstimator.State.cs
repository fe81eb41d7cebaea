using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class TrendlineEstimator
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)GroupCount);
        writer.Number(Slope);
        writer.Duration(_firstArrival);
        writer.Number(_accumulatedMs);
        writer.Number(_smoothedMs);
        var list = writer.Begin();
        foreach (var (arrivalMs, delayMs) in _points.AsSpan(0, Math.Min(GroupCount, WindowGroups)))
        {
            writer.Number(arrivalMs);
            writer.Number(delayMs);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        GroupCount = reader.Int32(CountMax);
        Slope = reader.NumberWithin(-MsMax, MsMax);
        _firstArrival = reader.Span();
        _accumulatedMs = reader.NumberWithin(-MsMax, MsMax);
        _smoothedMs = reader.NumberWithin(-MsMax, MsMax);
        var list = reader.Begin();
        foreach (ref var point in _points.AsSpan(0, Math.Min(GroupCount, WindowGroups)))
        {
            point = new Point(
                reader.NumberWithin(-MsMax, MsMax),
                reader.NumberWithin(-MsMax, MsMax)
            );
        }

        reader.End(list);
        reader.End(outer);
    }

    private const double MsMax = 1e13;
}
