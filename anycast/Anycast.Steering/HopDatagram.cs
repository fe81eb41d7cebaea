using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Writes and reads datagrams that one node of a PoP passes on to another: a header, then the client's
/// datagram as it came.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | version 1 | header bytes 1 | shard 1 | key id 1 | node 2 | payload bytes 2 |
/// | client address 16 | client port 2 | local address 16 | local port 2 | MAC 8 |
/// | flags 1: bit 0, it was passed on before |
/// </code>
/// A later version may append to the header, in front of the payload: this one skips what it does not know. The MAC is
/// HMAC-SHA256 under the PoP's key over the header, cut to 64 bits; the payload proves itself, as it does on the media
/// port. So who can send to the port gains nothing over who sends to the media port: without the key no address is
/// taken from a header, and nothing that comes in by a hop leaves by another.
/// </remarks>
public static class HopDatagram
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = FlagsOffset + 1;

    /// <summary>Where the shard stands: the kernel chooses the socket by it.</summary>
    public const int ShardOffset = 2;

    /// <summary>Those of the first version.</summary>
    private const int HeaderBytesMin = FlagsOffset;

    private const byte Version = 1;
    private const byte Onward = 1;
    private const int KeyIdOffset = 3;
    private const int NodeOffset = 4;
    private const int LengthOffset = 6;
    private const int ClientOffset = 8;
    private const int LocalOffset = 26;
    private const int MacOffset = 44;
    private const int MacBytes = 8;
    private const int FlagsOffset = MacOffset + MacBytes;

    /// <summary>Writes a datagram; returns its length, 0 when it does not fit.</summary>
    [HotPath]
    public static int Write(
        Span<byte> destination,
        in HopHeader header,
        ReadOnlySpan<byte> payload,
        PopKey key
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        if (payload.Length > destination.Length - HeaderBytes)
        {
            return 0;
        }

        destination[0] = Version;
        destination[1] = HeaderBytes;
        destination[ShardOffset] = header.Shard;
        destination[KeyIdOffset] = key.Id;
        BinaryPrimitives.WriteUInt16BigEndian(destination[NodeOffset..], header.Node);
        // The narrowing is safe: datagrams are shorter than 64 KiB.
        BinaryPrimitives.WriteUInt16BigEndian(
            destination[LengthOffset..],
            unchecked((ushort)payload.Length)
        );
        WireAddress.Write(destination[ClientOffset..], header.Client);
        WireAddress.Write(destination[LocalOffset..], header.Local);
        destination[FlagsOffset] = header.IsOnward ? Onward : (byte)0;
        ComputeMac(key, destination[..HeaderBytes], destination.Slice(MacOffset, MacBytes));
        payload.CopyTo(destination[HeaderBytes..]);
        return HeaderBytes + payload.Length;
    }

    /// <summary>Reads a datagram of a node of the PoP; false when it is none.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="pop">The number of the PoP.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="header">What stands before the client's datagram.</param>
    /// <param name="payload">Where the client's datagram is.</param>
    [HotPath]
    public static bool TryRead(
        ReadOnlySpan<byte> datagram,
        ushort pop,
        PopKeyRing keys,
        out HopHeader header,
        out Range payload
    )
    {
        header = default;
        payload = default;
        if (datagram.Length < HeaderBytesMin || datagram[0] != Version)
        {
            return false;
        }

        int headerBytes = datagram[1];
        if (
            headerBytes < HeaderBytesMin
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[LengthOffset..])
                != datagram.Length - headerBytes
            || keys.Find(pop, datagram[KeyIdOffset]) is not { } key
        )
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        ComputeMac(key, datagram[..headerBytes], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, datagram.Slice(MacOffset, MacBytes)))
        {
            return false;
        }

        header = new HopHeader(
            BinaryPrimitives.ReadUInt16BigEndian(datagram[NodeOffset..]),
            datagram[ShardOffset],
            WireAddress.Read(datagram[ClientOffset..]),
            WireAddress.Read(datagram[LocalOffset..]),
            IsOnward: headerBytes > FlagsOffset && (datagram[FlagsOffset] & Onward) != 0
        );
        payload = headerBytes..;
        return true;
    }

    /// <summary>Over the whole header, what a later version appended included, but for the MAC's own place.</summary>
    private static void ComputeMac(PopKey key, ReadOnlySpan<byte> header, Span<byte> mac)
    {
        Span<byte> covered = stackalloc byte[byte.MaxValue];
        header.CopyTo(covered);
        covered.Slice(MacOffset, MacBytes).Clear();
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.HopKey, covered[..header.Length], hash);
        hash[..MacBytes].CopyTo(mac);
    }
}
