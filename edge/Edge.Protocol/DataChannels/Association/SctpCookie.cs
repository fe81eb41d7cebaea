using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Primitives;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>The state cookie: all that an association needs, kept by the peer (RFC 9260 §5.1.3).</summary>
/// <remarks>Shape on the wire: the fields, big-endian, then HMAC-SHA256 over them.</remarks>
/// <param name="LocalTag">Our tag.</param>
/// <param name="LocalInitialTsn">Our first TSN.</param>
/// <param name="Peer">What its INIT said.</param>
/// <param name="LocalTieTag">Our tag when the INIT met an association; else 0.</param>
/// <param name="PeerTieTag">The peer's tag of that one.</param>
/// <param name="CreatedAt">When it was made.</param>
internal readonly record struct SctpCookie(
    uint LocalTag,
    uint LocalInitialTsn,
    SctpPeer Peer,
    uint LocalTieTag,
    uint PeerTieTag,
    Instant CreatedAt
)
{
    /// <summary>Length on the wire.</summary>
    public const int Bytes = FieldBytes + MacBytes;

    /// <summary>Length of the key.</summary>
    public const int KeyBytes = 32;

    private const int FieldBytes = 40;
    private const int MacBytes = 32;
    private const byte ForwardTsnBit = 1;
    private const byte ReconfigBit = 2;

    /// <summary>Writes the cookie; the span has room for <see cref="Bytes"/>.</summary>
    public void Write(Span<byte> destination, ReadOnlySpan<byte> key)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, LocalTag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], LocalInitialTsn);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Peer.Tag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Peer.InitialTsn);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], Peer.WindowBytes);
        BinaryPrimitives.WriteUInt16BigEndian(destination[20..], Peer.InboundStreams);
        var flags = (Peer.HasForwardTsn ? ForwardTsnBit : 0) | (Peer.HasReconfig ? ReconfigBit : 0);
        BinaryPrimitives.WriteUInt16BigEndian(destination[22..], (ushort)flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], LocalTieTag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[28..], PeerTieTag);
        BinaryPrimitives.WriteInt64BigEndian(destination[32..], CreatedAt.Ticks);
        HMACSHA256.HashData(
            key,
            destination[..FieldBytes],
            destination.Slice(FieldBytes, MacBytes)
        );
    }

    /// <summary>Reads a cookie; false when it is not one that we made with this key.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> key,
        out SctpCookie cookie
    )
    {
        cookie = default;
        if (source.Length != Bytes)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        HMACSHA256.HashData(key, source[..FieldBytes], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, source[FieldBytes..]))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(source[22..]);
        cookie = new(
            BinaryPrimitives.ReadUInt32BigEndian(source),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            new(
                BinaryPrimitives.ReadUInt32BigEndian(source[8..]),
                BinaryPrimitives.ReadUInt32BigEndian(source[12..]),
                BinaryPrimitives.ReadUInt32BigEndian(source[16..]),
                BinaryPrimitives.ReadUInt16BigEndian(source[20..]),
                (flags & ForwardTsnBit) != 0,
                (flags & ReconfigBit) != 0
            ),
            BinaryPrimitives.ReadUInt32BigEndian(source[24..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[28..]),
            new(BinaryPrimitives.ReadInt64BigEndian(source[32..]))
        );
        return true;
    }
}
