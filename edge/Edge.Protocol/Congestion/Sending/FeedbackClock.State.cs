using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process.</content>
internal partial struct FeedbackClock
{
    /// <summary>Writes what it knows.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(_reference);
        writer.Int(_position);
        writer.Moment(_heardAt);
        writer.Bool(_isStarted);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _reference = (int)reader.Int(int.MinValue, int.MaxValue);
        _position = reader.Int(-PositionMax, PositionMax);
        _heardAt = reader.Moment();
        _isStarted = reader.Bool();
        reader.End(outer);
    }

    // A thousand years of 64 ms.
    private const long PositionMax = 1L << 39;
}
