using System.Buffers.Binary;

namespace Edge.Node.HandOver.Letters;

/// <summary>The beginning of every message of a hand-over.</summary>
/// <remarks>
/// Big endian:
/// <code>
/// | version 1 | kind 1 | key id 1 | PoP 2 | from 2 | to 2 |
/// </code>
/// </remarks>
internal static class HandOverHeader
{
    /// <summary>Bytes of it.</summary>
    public const int Bytes = 9;

    private const byte Version = 1;

    /// <summary>Writes it; returns its length.</summary>
    public static int Write(Span<byte> message, HandOverKind kind, byte keyId, HandOverRoute route)
    {
        message[0] = Version;
        message[1] = (byte)kind;
        message[2] = keyId;
        BinaryPrimitives.WriteUInt16BigEndian(message[3..], route.Pop);
        BinaryPrimitives.WriteUInt16BigEndian(message[5..], route.From);
        BinaryPrimitives.WriteUInt16BigEndian(message[7..], route.To);
        return Bytes;
    }

    /// <summary>The kind of a message; null when it is none of this version.</summary>
    public static HandOverKind? ReadKind(ReadOnlySpan<byte> message) =>
        message.Length >= Bytes && message[0] == Version ? (HandOverKind)message[1] : null;

    /// <summary>Reads it; false when the message is of another kind or version.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> message,
        HandOverKind kind,
        out byte keyId,
        out HandOverRoute route
    )
    {
        keyId = 0;
        route = default;
        if (ReadKind(message) != kind)
        {
            return false;
        }

        keyId = message[2];
        route = new(
            BinaryPrimitives.ReadUInt16BigEndian(message[3..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[5..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[7..])
        );
        return true;
    }
}
