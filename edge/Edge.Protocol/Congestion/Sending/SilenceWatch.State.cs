using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process.</content>
internal partial struct SilenceWatch
{
    /// <summary>Writes what it knows.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_silenceAt);
        writer.Moment(_quietAt);
        writer.Bool(_isSilent);
        writer.Rate(Before);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _silenceAt = reader.Moment();
        _quietAt = reader.Moment();
        _isSilent = reader.Bool();
        Before = reader.Rate(new(StateValues.CountMax));
        reader.End(outer);
    }
}
