using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Anycast.Health.Peers;

/// <summary>Heartbeats as bytes.</summary>
/// <remarks>
/// Shape: 38 to 69 bytes, numbers in network order. The code at the end is HMAC-SHA256 (RFC 2104) of all before it,
/// cut to 16 bytes, under a key that is derived from the PoP's.
/// <code>
/// |  "EAH1" (4)  | epoch (8) | number (8) | report (1) | length (1) | node (1-32) | code (16) |
/// </code>
/// </remarks>
public static class HeartbeatCodec
{
    /// <summary>Longest node name, as EDGE_NODE has it.</summary>
    public const int NodeBytesMax = 32;

    /// <summary>Longest heartbeat.</summary>
    public const int BytesMax = NodeOffset + NodeBytesMax + CodeBytes;

    private const uint Magic = 0x45414831;
    private const int EpochOffset = 4;
    private const int NumberOffset = 12;
    private const int ReportOffset = 20;
    private const int LengthOffset = 21;
    private const int NodeOffset = 22;
    private const int CodeBytes = 16;

    private static ReadOnlySpan<byte> KeyLabel => "edge anycastd heartbeat 1"u8;

    /// <summary>The key of heartbeats, which follows from the PoP's: no other use of that has the same.</summary>
    public static byte[] DeriveKey(ReadOnlySpan<byte> popKey) =>
        HMACSHA256.HashData(popKey, KeyLabel);

    /// <summary>Writes one; 0 when it does not fit or the name is not one.</summary>
    public static int Write(in Heartbeat heartbeat, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        var length = heartbeat.Node.Length;
        var signed = NodeOffset + length;
        if (!IsName(heartbeat.Node) || destination.Length < signed + CodeBytes)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        BinaryPrimitives.WriteInt64BigEndian(destination[EpochOffset..], heartbeat.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(destination[NumberOffset..], heartbeat.Number);
        destination[ReportOffset] = (byte)heartbeat.Report;
        destination[LengthOffset] = unchecked((byte)length); // 32 at most.
        Encoding.ASCII.GetBytes(heartbeat.Node, destination[NodeOffset..]);
        Sign(destination[..signed], key, destination.Slice(signed, CodeBytes));
        return signed + CodeBytes;
    }

    /// <summary>Reads one.</summary>
    public static HeartbeatParseError TryParse(
        ReadOnlySpan<byte> datagram,
        ReadOnlySpan<byte> key,
        out Heartbeat heartbeat
    )
    {
        heartbeat = default;
        var error = FindShape(datagram);
        if (error != HeartbeatParseError.None)
        {
            return error;
        }

        Span<byte> code = stackalloc byte[CodeBytes];
        Sign(datagram[..^CodeBytes], key, code);
        if (!CryptographicOperations.FixedTimeEquals(code, datagram[^CodeBytes..]))
        {
            return HeartbeatParseError.WrongKey;
        }

        var report = (PeerReport)datagram[ReportOffset];
        if (report > PeerReport.Suspect)
        {
            return HeartbeatParseError.UnknownReport;
        }

        var node = Encoding.ASCII.GetString(datagram[NodeOffset..^CodeBytes]);
        if (!IsName(node))
        {
            return HeartbeatParseError.BadName;
        }

        heartbeat = new(
            node,
            BinaryPrimitives.ReadInt64BigEndian(datagram[EpochOffset..]),
            BinaryPrimitives.ReadInt64BigEndian(datagram[NumberOffset..]),
            report
        );
        return HeartbeatParseError.None;
    }

    private static HeartbeatParseError FindShape(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < NodeOffset)
        {
            return HeartbeatParseError.Truncated;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram) != Magic)
        {
            return HeartbeatParseError.NotAHeartbeat;
        }

        var length = NodeOffset + datagram[LengthOffset] + CodeBytes;
        return datagram.Length < length ? HeartbeatParseError.Truncated
            : datagram.Length > length ? HeartbeatParseError.TooLong
            : HeartbeatParseError.None;
    }

    private static void Sign(
        ReadOnlySpan<byte> signed,
        ReadOnlySpan<byte> key,
        Span<byte> destination
    )
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, whole);
        whole[..CodeBytes].CopyTo(destination);
    }

    private static bool IsName(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length is >= 1 and <= NodeBytesMax;
    }
}
