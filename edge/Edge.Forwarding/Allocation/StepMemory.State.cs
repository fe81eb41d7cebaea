using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Allocation;

/// <content>What another process needs so that a step that was regretted is not taken again at once.</content>
internal partial struct StepMemory
{
    private const int Values = 6;

    /// <summary>Writes it.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_risesAt);
        writer.Moment(_roseAt);
        writer.Duration(_patience);
        writer.Number(_seen);
        writer.Number(_roseWith);
        writer.Number(_regrettedWith);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static StepMemory Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var memory = new StepMemory
        {
            _risesAt = reader.Moment(),
            _roseAt = reader.Moment(),
            _patience = reader.Length(),
            _seen = reader.Number(),
            _roseWith = reader.Number(),
            _regrettedWith = reader.Number(),
        };
        reader.End(outer);
        return memory;
    }
}
