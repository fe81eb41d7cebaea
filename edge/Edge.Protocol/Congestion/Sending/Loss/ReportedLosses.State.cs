using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <content>How it goes on in another process.</content>
internal sealed partial class ReportedLosses
{
    /// <summary>Writes what was reported last of each source.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (ref readonly var source in _sources.AsSpan(0, _count))
        {
            var item = writer.Begin();
            writer.UInt(source.Ssrc.Value);
            writer.UInt(source.Highest);
            writer.Int(source.NetLost);
            writer.UInt((ulong)source.NeverSent);
            writer.Moment(source.HeardAt);
            writer.End(item);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(SourcesMax, out _count);
        _sources = new Source[_count];
        for (var index = 0; index < _count; index++)
        {
            var item = reader.BeginWhole(valuesMin: 5);
            _sources[index] = new Source(
                new Ssrc(reader.UInt32()),
                reader.UInt32(),
                reader.Int(-StateValues.CountMax, StateValues.CountMax),
                reader.Count(),
                reader.Moment()
            );
            reader.End(item);
        }

        reader.End(list);
    }
}
