using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process. What it knows lies between the peer's clock and ours, and is written as
/// seen from now.</content>
internal sealed partial class PathDelay
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        Write(writer, _roundLeast);
        Write(writer, _lastRoundLeast);
        Write(writer, _fastest.Least);
        Write(writer, _fastest.Former);
        writer.Moment(_fastest.EndsAt);
        writer.Duration(Standing);
        writer.Duration(Latest);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        _roundLeast = ReadDelay(ref reader);
        _lastRoundLeast = ReadDelay(ref reader);
        _fastest.Resume(ReadDelay(ref reader), ReadDelay(ref reader), reader.Moment());
        Standing = reader.Span();
        Latest = reader.Span();
        reader.End(outer);
    }

    private static void Write(StateWriter writer, TimeSpan delay)
    {
        if (delay == TimeSpan.MaxValue)
        {
            writer.Nothing();
        }
        else
        {
            writer.Duration(delay + new TimeSpan(writer.Now.Ticks));
        }
    }

    private static TimeSpan ReadDelay(ref StateReader reader) =>
        reader.IsNothing() ? TimeSpan.MaxValue : reader.Span() - new TimeSpan(reader.Now.Ticks);
}
