using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Allocation;

/// <content>What another process needs so that a publisher is told the same.</content>
internal partial struct RateCeiling
{
    private const int Values = 7;

    /// <summary>Writes it.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Limit(Value);
        writer.AddedRate(Wish);
        writer.Moment(_shortSince);
        writer.Moment(_heldSince);
        writer.Moment(_unusedSince);
        writer.Moment(_letGoAt);
        writer.Duration(_unusedTime);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static RateCeiling Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var ceiling = new RateCeiling
        {
            Value = reader.Limit(),
            Wish = reader.AddedRate(),
            _shortSince = reader.Moment(),
            _heldSince = reader.Moment(),
            _unusedSince = reader.Moment(),
            _letGoAt = reader.Moment(),
            _unusedTime = reader.Length(),
        };
        reader.End(outer);
        return ceiling;
    }
}
