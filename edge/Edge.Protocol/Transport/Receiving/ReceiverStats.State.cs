using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How they go on in another process.</content>
public partial struct ReceiverStats
{
    /// <summary>Writes all counts; of lost packets there may be less than none.</summary>
    internal readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Packets);
        writer.UInt((ulong)Bytes);
        writer.Int(Lost);
        writer.UInt((ulong)Recovered);
        writer.UInt((ulong)NacksSent);
        writer.UInt((ulong)KeyFrameRequests);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static ReceiverStats Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        var stats = new ReceiverStats
        {
            Packets = reader.Count(),
            Bytes = reader.Count(),
            Lost = reader.Int(-StateValues.CountMax, StateValues.CountMax),
            Recovered = reader.Count(),
            NacksSent = reader.Count(),
            KeyFrameRequests = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
