using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class StandingQueueJudge
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Duration(_atDecrease);
        writer.Moment(_goneAt);
        writer.Moment(_nextAt);
        writer.Moment(_toleratedUntil);
        writer.UInt((ulong)_decreases);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        _atDecrease = reader.Span();
        _goneAt = reader.Moment();
        _nextAt = reader.Moment();
        _toleratedUntil = reader.Moment();
        _decreases = reader.Int32(DecreasesMax);
        reader.End(outer);
    }
}
