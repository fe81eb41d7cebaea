using System.Buffers.Binary;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Letters;

/// <summary>What every message begins with.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | kind 1 | bytes that follow 3 | session 16 | to: node 2, life 8, serial 4 | from: the same 14 | epoch 8 | number 8 | body |
/// </code>
/// </remarks>
internal readonly record struct MessageHeader(
    MessageKind Kind,
    SessionKey Session,
    VoterId To,
    VoterId From,
    long Epoch,
    long Number
)
{
    /// <summary>Bytes before those that the length counts.</summary>
    public const int PrefixBytes = 4;

    /// <summary>Bytes before the body.</summary>
    public const int Bytes = NumberOffset + sizeof(long);

    /// <summary>Bytes of a seat's name.</summary>
    public const int VoterBytes = 14;

    private const int SessionOffset = PrefixBytes;
    private const int ToOffset = SessionOffset + 16;
    private const int FromOffset = ToOffset + VoterBytes;
    private const int EpochOffset = FromOffset + VoterBytes;
    private const int NumberOffset = EpochOffset + sizeof(long);

    /// <summary>Writes it with the length of all that follows it.</summary>
    public void Write(Span<byte> destination, int bodyBytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, Bytes - PrefixBytes + bodyBytes);
        destination[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt128BigEndian(destination[SessionOffset..], Session.Value);
        WriteVoter(destination[ToOffset..], To);
        WriteVoter(destination[FromOffset..], From);
        BinaryPrimitives.WriteInt64BigEndian(destination[EpochOffset..], Epoch);
        BinaryPrimitives.WriteInt64BigEndian(destination[NumberOffset..], Number);
    }

    /// <summary>Reads it; false when it is cut short, or says what no node says.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out MessageHeader header)
    {
        header = default;
        if (message.Length < Bytes)
        {
            return false;
        }

        header = new MessageHeader(
            (MessageKind)message[0],
            new SessionKey(BinaryPrimitives.ReadUInt128BigEndian(message[SessionOffset..])),
            ReadVoter(message[ToOffset..]),
            ReadVoter(message[FromOffset..]),
            BinaryPrimitives.ReadInt64BigEndian(message[EpochOffset..]),
            BinaryPrimitives.ReadInt64BigEndian(message[NumberOffset..])
        );
        // Far below where adding to them could overflow.
        return header.Epoch is >= 0 and < long.MaxValue / 2
            && header.Number is >= 0 and < long.MaxValue / 2;
    }

    /// <summary>Writes a seat's name.</summary>
    public static void WriteVoter(Span<byte> destination, VoterId id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, id.Node);
        BinaryPrimitives.WriteUInt64BigEndian(destination[2..], id.Life);
        BinaryPrimitives.WriteUInt32BigEndian(destination[10..], id.Serial);
    }

    /// <summary>Reads a seat's name.</summary>
    public static VoterId ReadVoter(ReadOnlySpan<byte> source) =>
        new(
            BinaryPrimitives.ReadUInt16BigEndian(source),
            BinaryPrimitives.ReadUInt64BigEndian(source[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[10..])
        );
}
