using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How they go on in another process.</content>
public partial struct SendBandwidthStats
{
    /// <summary>Writes all counts.</summary>
    internal readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)FeedbackBlocks);
        writer.UInt((ulong)Received);
        writer.Int(Lost);
        writer.UInt((ulong)Probes);
        writer.UInt((ulong)ProbeResults);
        writer.UInt((ulong)Decreases);
        writer.UInt((ulong)SilentDecreases);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static SendBandwidthStats Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        var stats = new SendBandwidthStats
        {
            FeedbackBlocks = reader.Count(),
            Received = reader.Count(),
            Lost = reader.Int(-StateValues.CountMax, StateValues.CountMax),
            Probes = reader.Count(),
            ProbeResults = reader.Count(),
            Decreases = reader.Count(),
            SilentDecreases = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
