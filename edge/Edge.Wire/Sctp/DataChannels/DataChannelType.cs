namespace Edge.Wire.Sctp.DataChannels;

/// <summary>How reliable a channel is; the highest bit says that it is unordered (RFC 8832 §5.1).</summary>
public enum DataChannelType : byte
{
    /// <summary>Every message arrives.</summary>
    Reliable = 0x00,

    /// <summary>A message is sent again at most so many times.</summary>
    RetransmitLimited = 0x01,

    /// <summary>A message is given up after so many milliseconds.</summary>
    TimeLimited = 0x02,

    /// <summary>Every message arrives, in any order.</summary>
    ReliableUnordered = 0x80,

    /// <summary>As <see cref="RetransmitLimited"/>, in any order.</summary>
    RetransmitLimitedUnordered = 0x81,

    /// <summary>As <see cref="TimeLimited"/>, in any order.</summary>
    TimeLimitedUnordered = 0x82,
}
