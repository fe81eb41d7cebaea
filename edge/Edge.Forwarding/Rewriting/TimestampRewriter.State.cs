using Edge.Wire.State;

namespace Edge.Forwarding.Rewriting;

/// <content>What another process needs to go on with the timestamps.</content>
internal sealed partial class TimestampRewriter
{
    private const int Values = 7;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(_firstTimestamp);
        writer.UInt(_lastIn);
        writer.UInt(_lastOut);
        writer.Moment(_lastArrivedAt);
        writer.Moment(_lastSentAt);
        writer.Bool(_wasRefused);
        writer.Bool(IsStarted);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static TimestampRewriter Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var timestamps = new TimestampRewriter(reader.UInt32())
        {
            _lastIn = reader.UInt32(),
            _lastOut = reader.UInt32(),
            _lastArrivedAt = reader.Moment(),
            _lastSentAt = reader.Moment(),
            _wasRefused = reader.Bool(),
            IsStarted = reader.Bool(),
        };
        reader.End(outer);
        if (!timestamps._lastArrivedAt.IsSet || !timestamps._lastSentAt.IsSet)
        {
            reader.Break();
        }

        return timestamps;
    }
}
