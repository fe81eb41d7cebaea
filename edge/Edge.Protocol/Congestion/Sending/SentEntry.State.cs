using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it comes into another process.</content>
internal partial struct SentEntry
{
    /// <summary>Writes the packet by its age; a number that was skipped as nothing.</summary>
    public readonly void Write(StateWriter writer)
    {
        if (State == SentState.None)
        {
            writer.Nothing();
            return;
        }

        var outer = writer.Begin();
        writer.UInt((ulong)Age(writer.Now).Ticks);
        writer.UInt(_bytes);
        writer.UInt(_cluster);
        writer.UInt((ulong)Packet.Kind);
        writer.UInt((ulong)State);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public static SentEntry Read(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return default;
        }

        var outer = reader.BeginWhole(valuesMin: 5);
        var sentAt = reader.Now - new TimeSpan(reader.UInt32());
        var bytes = reader.UInt16();
        var cluster = reader.UInt8();
        var kind = (SentPacketKind)reader.Int32((int)SentPacketKind.Padding);
        var entry = new SentEntry(new SentPacket(bytes, kind, cluster), sentAt)
        {
            State = (SentState)reader.Int32((int)SentState.Received),
        };
        reader.End(outer);
        return entry;
    }
}
