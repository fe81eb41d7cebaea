using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class DelayBandwidth
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_heardAt);
        writer.UInt((ulong)Usage);
        rate.Write(writer);
        _groups.Write(writer);
        _trend.Write(writer);
        _detector.Write(writer);
        _delay.Write(writer);
        _standing.Write(writer);
        _drain.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 9);
        _heardAt = reader.Moment();
        Usage = (NetworkUsage)reader.Int32((int)NetworkUsage.Underusing);
        rate.Read(ref reader);
        _groups.Read(ref reader);
        _trend.Read(ref reader);
        _detector.Read(ref reader);
        _delay.Read(ref reader);
        _standing.Read(ref reader);
        _drain.Read(ref reader);
        reader.End(outer);
    }
}
