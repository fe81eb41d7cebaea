using Edge.Wire.State;

namespace Edge.Protocol.DataChannels;

/// <content>How they go on in another process.</content>
public partial struct DataChannelStats
{
    /// <summary>Writes all counts.</summary>
    internal readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)PacketsReceived);
        writer.UInt((ulong)PacketsDropped);
        writer.UInt((ulong)PacketsSent);
        writer.UInt((ulong)MessagesSent);
        writer.UInt((ulong)MessagesReceived);
        writer.UInt((ulong)MessagesAbandoned);
        writer.UInt((ulong)MessagesDiscarded);
        writer.UInt((ulong)ChunksRefused);
        writer.UInt((ulong)ChunksDuplicate);
        writer.UInt((ulong)ChunksIgnored);
        writer.UInt((ulong)ChunksRetransmitted);
        writer.UInt((ulong)FastRetransmits);
        writer.UInt((ulong)RetransmissionTimeouts);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static DataChannelStats Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        var stats = new DataChannelStats
        {
            PacketsReceived = reader.Count(),
            PacketsDropped = reader.Count(),
            PacketsSent = reader.Count(),
            MessagesSent = reader.Count(),
            MessagesReceived = reader.Count(),
            MessagesAbandoned = reader.Count(),
            MessagesDiscarded = reader.Count(),
            ChunksRefused = reader.Count(),
            ChunksDuplicate = reader.Count(),
            ChunksIgnored = reader.Count(),
            ChunksRetransmitted = reader.Count(),
            FastRetransmits = reader.Count(),
            RetransmissionTimeouts = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
