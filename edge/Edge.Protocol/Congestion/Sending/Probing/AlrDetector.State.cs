using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <content>How it goes on in another process.</content>
internal sealed partial class AlrDetector
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Number(_budgetBytes);
        writer.Moment(_updatedAt);
        writer.Moment(_endedAt);
        writer.Number(_fullBytes);
        writer.Number(_bytesPerTick);
        writer.Bool(IsIdle);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        _budgetBytes = reader.NumberWithin(-BytesMax, BytesMax);
        _updatedAt = reader.Moment();
        _endedAt = reader.Moment();
        _fullBytes = reader.NumberWithin(1, BytesMax);
        _bytesPerTick = reader.NumberWithin(0, BytesMax);
        IsIdle = reader.Bool();
        reader.End(outer);
    }

    private const double BytesMax = 1e15;
}
