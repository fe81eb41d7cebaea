using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process.</content>
internal sealed partial class AcknowledgedBitrate
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Duration(_lastArrival);
        writer.Duration(_inWindow);
        writer.UInt((ulong)_windowBytes);
        writer.Number(_estimateKbps);
        writer.Number(_variance);
        writer.UInt((ulong)_changeSamples);
        writer.Bool(_isStarted);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        _lastArrival = reader.Span();
        _inWindow = reader.Span();
        _windowBytes = reader.Count();
        _estimateKbps = reader.NumberWithin(0, NumberMax);
        _variance = reader.NumberWithin(0, NumberMax);
        _changeSamples = reader.Int32(ChangeSamples);
        _isStarted = reader.Bool();
        reader.End(outer);
    }

    private const double NumberMax = 1e12;
}
