using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to know what layers take.</content>
internal sealed partial class LayerRateMeter
{
    private const int Values = 6;

    /// <summary>Whether anything was counted.</summary>
    public bool IsStarted => _begunAt.IsSet;

    /// <summary>Writes it; one that has counted nothing as nothing.</summary>
    public void Write(StateWriter writer)
    {
        if (!IsStarted)
        {
            writer.Nothing();
            return;
        }

        var outer = writer.Begin();
        writer.Moment(_begunAt);
        writer.UInt(_present);
        writer.UInt(_lastSeen);
        writer.Bool(_isTold);
        var windows = writer.Begin();
        for (var window = 0; window <= Windows; window++)
        {
            writer.Int(_ticks[window]);
            writer.UInt(_seen[window]);
        }

        writer.End(windows);
        var bytes = writer.Begin();
        foreach (var each in _bytes)
        {
            writer.Int(each);
        }

        writer.End(bytes);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static LayerRateMeter Read(ref StateReader reader)
    {
        var meter = new LayerRateMeter();
        if (reader.IsNothing())
        {
            return meter;
        }

        var outer = reader.BeginWhole(Values);
        meter._begunAt = reader.Moment();
        meter._present = reader.UInt16();
        meter._lastSeen = reader.UInt16();
        meter._isTold = reader.Bool();
        var windows = reader.BeginWhole(2 * (Windows + 1));
        for (var window = 0; window <= Windows; window++)
        {
            meter._ticks[window] = reader.Length().Ticks;
            meter._seen[window] = reader.UInt16();
        }

        reader.End(windows);
        var bytes = reader.BeginWhole(meter._bytes.Length);
        foreach (ref var each in meter._bytes.AsSpan())
        {
            each = reader.Int(0, uint.MaxValue);
        }

        reader.End(bytes);
        reader.End(outer);
        return meter;
    }
}
