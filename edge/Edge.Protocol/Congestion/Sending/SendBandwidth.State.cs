using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process: what was learnt of the path is what a viewer is served by.</content>
public sealed partial class SendBandwidth
{
    /// <summary>Writes what it knows.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Rate(Estimate);
        writer.Rate(Target);
        writer.Duration(RoundTrip);
        writer.Bool(HasTransportFeedback);
        writer.Moment(_decreasedAt);
        writer.Moment(_raisedByProbeAt);
        writer.UInt(_events);
        _sent.Write(writer);
        _acknowledged.Write(writer);
        _recent.Write(writer);
        _delay.Write(writer);
        _loss.Write(writer);
        _reports.Write(writer);
        _receiver.Write(writer);
        _probes.Write(writer);
        _silence.Write(writer);
        _stats.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 17);
        Estimate = reader.Rate(_options.Max);
        Target = reader.Rate(_options.Max);
        RoundTrip = reader.Span();
        HasTransportFeedback = reader.Bool();
        _decreasedAt = reader.Moment();
        _raisedByProbeAt = reader.Moment();
        _events = reader.UInt8();
        _sent.Read(ref reader);
        _acknowledged.Read(ref reader);
        _recent.Read(ref reader);
        _delay.Read(ref reader);
        _loss.Read(ref reader);
        _reports.Read(ref reader);
        _receiver.Read(ref reader);
        _probes.Read(ref reader);
        _silence.Read(ref reader);
        _stats = SendBandwidthStats.Read(ref reader);
        reader.End(outer);
    }
}
