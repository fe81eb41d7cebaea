using Edge.Forwarding.State;
using Edge.Forwarding.Tracks;
using Edge.Wire.State;

namespace Edge.Forwarding.Uplinks;

/// <content>What another process needs so that a publisher is told the same.</content>
public sealed partial class TrackLimit
{
    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        _limit.Write(writer);
        var usual = writer.Begin();
        foreach (var rate in _usual)
        {
            writer.AddedRate(rate);
        }

        writer.End(usual);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense.</summary>
    /// <param name="reader">Gives it.</param>
    /// <param name="sourceEpoch">What the publisher is called here.</param>
    public static TrackLimit? TryRead(ref StateReader reader, ushort sourceEpoch)
    {
        var outer = reader.BeginWhole(2);
        var limit = new TrackLimit { _limit = PatientLimit.Read(ref reader), _epoch = sourceEpoch };
        var usual = reader.Begin(Track.LayersMax, out var count);
        for (var layer = 0; layer < count; layer++)
        {
            limit._usual[layer] = reader.AddedRate();
        }

        reader.End(usual);
        reader.End(outer);
        return reader.IsBroken ? null : limit;
    }
}
