using System.Buffers.Binary;

namespace Edge.Wire.Sctp.DataChannels;

/// <summary>A view of DATA_CHANNEL_OPEN, which a channel begins with.</summary>
/// <remarks>
/// RFC 8832 §5.1:
/// <code>
/// |  Message Type |  Channel Type |            Priority           |
/// |                    Reliability Parameter                      |
/// |         Label Length          |       Protocol Length         |
/// \                             Label                             /
/// \                            Protocol                           /
/// </code>
/// </remarks>
public readonly ref struct DataChannelOpenMessage
{
    /// <summary>The message type of DATA_CHANNEL_OPEN.</summary>
    public const byte MessageType = 3;

    /// <summary>The message type, and the whole, of DATA_CHANNEL_ACK (RFC 8832 §5.2).</summary>
    public const byte AckMessageType = 2;

    /// <summary>Length of everything before the label.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The priority "normal" (RFC 8831 §6.4).</summary>
    public const ushort PriorityNormal = 256;

    private const byte UnorderedBit = 0x80;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _labelBytes;

    private DataChannelOpenMessage(ReadOnlySpan<byte> message, int labelBytes)
    {
        _message = message;
        _labelBytes = labelBytes;
    }

    /// <summary>How reliable the channel is.</summary>
    public DataChannelType Type => (DataChannelType)_message[1];

    /// <summary>Whether messages may overtake each other.</summary>
    public bool IsUnordered => (_message[1] & UnorderedBit) != 0;

    /// <summary>Retransmissions or milliseconds, by <see cref="Type"/>.</summary>
    public uint Reliability => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>The name that the opener gave it, UTF-8.</summary>
    public ReadOnlySpan<byte> Label => _message.Slice(HeaderBytes, _labelBytes);

    /// <summary>The subprotocol, UTF-8.</summary>
    public ReadOnlySpan<byte> Protocol => _message[(HeaderBytes + _labelBytes)..];

    /// <summary>Reads a control message that has to be an OPEN.</summary>
    public static SctpParseError TryParse(
        ReadOnlySpan<byte> message,
        out DataChannelOpenMessage open
    )
    {
        open = default;
        if (message.Length < HeaderBytes)
        {
            return SctpParseError.Truncated;
        }

        if (message[0] != MessageType)
        {
            return SctpParseError.NotThisMessage;
        }

        var labelBytes = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var protocolBytes = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (message.Length != HeaderBytes + labelBytes + protocolBytes)
        {
            return SctpParseError.ParameterLength;
        }

        if ((message[1] & ~UnorderedBit) > (byte)DataChannelType.TimeLimited)
        {
            return SctpParseError.FieldValue;
        }

        open = new(message, labelBytes);
        return SctpParseError.None;
    }

    /// <summary>Writes an OPEN; 0 when it does not fit or a text is longer than its length field holds.</summary>
    public static int Write(
        Span<byte> destination,
        DataChannelType type,
        uint reliability,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> protocol
    )
    {
        var length = HeaderBytes + label.Length + protocol.Length;
        if (
            destination.Length < length
            || label.Length > ushort.MaxValue
            || protocol.Length > ushort.MaxValue
        )
        {
            return 0;
        }

        destination[0] = MessageType;
        destination[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], PriorityNormal);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], reliability);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], (ushort)protocol.Length);
        label.CopyTo(destination[HeaderBytes..]);
        protocol.CopyTo(destination[(HeaderBytes + label.Length)..]);
        return length;
    }
}
