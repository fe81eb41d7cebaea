using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class OveruseDetector
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Duration(_adaptedAt);
        writer.Number(_overusingMs);
        writer.UInt((ulong)_overusingCount);
        writer.Number(_lastSlope);
        writer.Bool(_hasAdapted);
        writer.Number(Threshold);
        writer.UInt((ulong)Usage);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        _adaptedAt = reader.Span();
        // Send times that step back count below nothing.
        _overusingMs = reader.NumberWithin(-MsMax, MsMax);
        _overusingCount = reader.Int32(int.MaxValue / 2);
        _lastSlope = reader.NumberWithin(-SlopeMax, SlopeMax);
        _hasAdapted = reader.Bool();
        Threshold = reader.NumberWithin(ThresholdMin, ThresholdMax);
        Usage = (NetworkUsage)reader.Int32((int)NetworkUsage.Underusing);
        reader.End(outer);
    }

    private const double MsMax = 1e13;
    private const double SlopeMax = 1e13;
}
