using System.Buffers.Binary;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Letters;

/// <summary>The answer to <see cref="HandOverAsk"/>: how many sessions a node would take, and what letters have to show.</summary>
/// <remarks>
/// Behind the header:
/// <code>
/// | nonce 16 | sessions 4, 0: takes none | life 8 | ticket 16 | place 16 | MAC 32 |
/// </code>
/// The version before has no place.
/// The MAC is last and over all before it; a later version puts what it adds in front of it.
/// </remarks>
internal static class HandOverBid
{
    /// <summary>Most sessions that are believed.</summary>
    public const int SessionsMax = 65_536;

    private const int SessionsOffset = HandOverHeader.Bytes + HandOverAsk.NonceBytes;
    private const int LifeOffset = SessionsOffset + sizeof(uint);
    private const int TicketOffset = LifeOffset + sizeof(ulong);
    private const int FirstSignedBytes = TicketOffset + HandOverTickets.TicketBytes;
    private const int PlaceOffset = FirstSignedBytes;
    private const int PlaceBytes = 16;
    private const int SignedBytes = PlaceOffset + PlaceBytes;

    private static ReadOnlySpan<byte> Purpose => "edge hand-over offer v1"u8;

    /// <summary>Writes an answer.</summary>
    /// <param name="keys">The secrets.</param>
    /// <param name="route">Who answers whom.</param>
    /// <param name="nonce">That of the question.</param>
    /// <param name="bid">What is said; its node is not written.</param>
    public static byte[] Write(
        HandOverKeys keys,
        HandOverRoute route,
        ReadOnlySpan<byte> nonce,
        HandOverPeer bid
    )
    {
        var message = new byte[SignedBytes + HandOverKeys.KeyBytes];
        HandOverHeader.Write(message, HandOverKind.Offer, bid.KeyId, route);
        nonce.CopyTo(message.AsSpan(HandOverHeader.Bytes));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(SessionsOffset), (uint)bid.Room);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(LifeOffset), bid.Life);
        BinaryPrimitives.WriteUInt128BigEndian(message.AsSpan(TicketOffset), bid.Ticket);
        BinaryPrimitives.WriteUInt128BigEndian(message.AsSpan(PlaceOffset), bid.Place);
        keys.WriteMac(
            bid.KeyId,
            nonce,
            Purpose,
            message.AsSpan(0, SignedBytes),
            message.AsSpan(SignedBytes)
        );
        return message;
    }

    /// <summary>Reads the answer to a question; null when it is none, or not by a node of the PoP.</summary>
    /// <param name="message">The message.</param>
    /// <param name="keys">The secrets.</param>
    /// <param name="route">Who has to answer whom.</param>
    /// <param name="nonce">That of the question.</param>
    public static HandOverPeer? Read(
        ReadOnlySpan<byte> message,
        HandOverKeys keys,
        HandOverRoute route,
        ReadOnlySpan<byte> nonce
    )
    {
        if (
            message.Length < FirstSignedBytes + HandOverKeys.KeyBytes
            || !HandOverHeader.TryRead(message, HandOverKind.Offer, out var keyId, out var said)
            || said != route
            || !nonce.SequenceEqual(message.Slice(HandOverHeader.Bytes, HandOverAsk.NonceBytes))
        )
        {
            return null;
        }

        var signed = message[..^HandOverKeys.KeyBytes];
        return keys.IsMac(keyId, nonce, Purpose, signed, message[signed.Length..])
            ? new HandOverPeer(
                route.From,
                (int)
                    Math.Min(
                        BinaryPrimitives.ReadUInt32BigEndian(message[SessionsOffset..]),
                        SessionsMax
                    ),
                BinaryPrimitives.ReadUInt64BigEndian(message[LifeOffset..]),
                BinaryPrimitives.ReadUInt128BigEndian(message[TicketOffset..]),
                keyId,
                signed.Length < SignedBytes
                    ? UInt128.Zero
                    : BinaryPrimitives.ReadUInt128BigEndian(signed[PlaceOffset..])
            )
            : null;
    }
}
