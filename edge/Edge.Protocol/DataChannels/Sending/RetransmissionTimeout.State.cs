using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <content>How it goes on in another process.</content>
internal sealed partial class RetransmissionTimeout
{
    private static readonly TimeSpan BaseMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Duration(_base);
        writer.Duration(_smoothed);
        writer.Duration(_variation);
        writer.UInt((ulong)_doublings);
        writer.End(outer);
    }

    /// <summary>Reads what was written; a measured wait is kept within what waits can be.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _base = new(Math.Clamp(reader.Span().Ticks, BaseMin.Ticks, RoundTripMax.Ticks));
        _smoothed = new(reader.Int(0, RoundTripMax.Ticks));
        _variation = new(reader.Int(0, RoundTripMax.Ticks));
        _doublings = reader.Int32(DoublingsMax);
        reader.End(outer);
    }
}
