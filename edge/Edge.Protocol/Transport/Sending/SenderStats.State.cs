using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How they go on in another process.</content>
public partial struct SenderStats
{
    /// <summary>Writes all counts; of lost packets there may be less than none.</summary>
    internal readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Packets);
        writer.UInt((ulong)Bytes);
        writer.UInt((ulong)PayloadBytes);
        writer.UInt((ulong)Retransmissions);
        writer.UInt((ulong)PaddingPackets);
        writer.Int(Lost);
        writer.UInt((ulong)KeyFrameRequests);
        writer.UInt((ulong)Refused);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static SenderStats Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 8);
        var stats = new SenderStats
        {
            Packets = reader.Count(),
            Bytes = reader.Count(),
            PayloadBytes = reader.Count(),
            Retransmissions = reader.Count(),
            PaddingPackets = reader.Count(),
            Lost = reader.Int(-StateValues.CountMax, StateValues.CountMax),
            KeyFrameRequests = reader.Count(),
            Refused = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
