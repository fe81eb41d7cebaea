namespace Edge.Wire.Sctp.DataChannels;

/// <summary>What the bytes of a message are: the payload protocol identifiers of data channels
/// (RFC 8831 §8, RFC 8832 §8.1).</summary>
public enum DataChannelPayload : uint
{
    /// <summary>A message of the establishment protocol.</summary>
    Control = 50,

    /// <summary>Text in UTF-8.</summary>
    Text = 51,

    /// <summary>Part of a binary message; deprecated.</summary>
    BinaryPartial = 52,

    /// <summary>Bytes.</summary>
    Binary = 53,

    /// <summary>Part of a text message; deprecated.</summary>
    TextPartial = 54,

    /// <summary>An empty text, carried as one zero byte.</summary>
    TextEmpty = 56,

    /// <summary>Empty bytes, carried as one zero byte.</summary>
    BinaryEmpty = 57,
}
