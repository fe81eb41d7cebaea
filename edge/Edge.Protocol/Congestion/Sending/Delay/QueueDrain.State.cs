using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class QueueDrain
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_endsAt);
        writer.Number(Share);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 2);
        _endsAt = reader.Moment();
        Share = reader.NumberWithin(ShareMin, 1);
        reader.End(outer);
    }
}
