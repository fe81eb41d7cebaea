using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Uplinks;

/// <content>What another process needs to go on.</content>
internal partial struct PatientLimit
{
    /// <summary>Writes it.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Limit(Value);
        writer.Limit(_most);
        writer.Moment(_lowerSince);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static PatientLimit Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(3);
        var limit = new PatientLimit
        {
            Value = reader.Limit(),
            _most = reader.Limit(),
            _lowerSince = reader.Moment(),
        };
        reader.End(outer);
        return limit;
    }
}
