namespace Edge.Protocol.Congestion.Sending;

/// <summary>What became of a packet.</summary>
public enum PacketFate : byte
{
    /// <summary>It did not come, or not yet: a packet that was overtaken is told so first.</summary>
    Lost,

    /// <summary>It came.</summary>
    Received,

    /// <summary>It came after it had been told lost.</summary>
    ReceivedLate,
}
