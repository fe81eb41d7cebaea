using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <content>How it goes on in another process.</content>
internal sealed partial class Probes
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        _estimator.Write(writer);
        _idle.Write(writer);
        writer.Moment(_sentAt);
        writer.Rate(_measured);
        writer.Rate(_through);
        writer.UInt(_cluster);
        writer.Bool(_isSaturated);
        Controller.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 8);
        _estimator.Read(ref reader);
        _idle.Read(ref reader);
        _sentAt = reader.Moment();
        _measured = reader.Rate(RateMax);
        _through = reader.Rate(RateMax);
        _cluster = reader.UInt16();
        _isSaturated = reader.Bool();
        Controller.Read(ref reader);
        reader.End(outer);
    }

    private static readonly Bitrate RateMax = new(StateValues.CountMax);
}
