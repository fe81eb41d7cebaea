using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process.</content>
internal partial struct RecentArrivals
{
    /// <summary>Writes what it knows.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Rate(_last);
        writer.Rate(_former);
        writer.Moment(_lastAt);
        writer.Moment(_formerAt);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _last = reader.Rate(RateMax);
        _former = reader.Rate(RateMax);
        _lastAt = reader.Moment();
        _formerAt = reader.Moment();
        reader.End(outer);
    }

    private static readonly Bitrate RateMax = new(StateValues.CountMax);
}
