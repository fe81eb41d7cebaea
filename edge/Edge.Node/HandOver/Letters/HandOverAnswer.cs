using System.Buffers.Binary;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Letters;

/// <summary>The answer to a letter.</summary>
/// <remarks>
/// Behind the header:
/// <code>
/// | group id 16 | outcome 1 | MAC 32 |
/// </code>
/// The outcome is 0 for taken, a <see cref="HandOverRefusal"/>, or one of two by which nothing is known. The MAC is under
/// a key that the salt of the letter goes into: nobody else's word is believed, nor about another letter. It is last and over all
/// before it; a later version puts what it adds in front of it.
/// </remarks>
internal static class HandOverAnswer
{
    private const byte Taken = 0;

    /// <summary>The letter came before, or may have, or taking it failed by an error somewhere: some of it may live there.</summary>
    private const byte Repeated = 254;

    /// <summary>The letter was for a former run of the node: nothing of it lives there now.</summary>
    private const byte Failed = 255;

    private const int OutcomeOffset = HandOverHeader.Bytes + HandOverLetter.IdBytes;
    private const int SignedBytes = OutcomeOffset + 1;

    private static ReadOnlySpan<byte> Purpose => "edge hand-over answer v1"u8;

    /// <summary>Writes that the group was taken, or why not.</summary>
    public static byte[] Write(
        HandOverKeys keys,
        in HandOverFront front,
        ReadOnlySpan<byte> salt,
        HandOverRefusal? refusal
    ) => Write(keys, front, salt, refusal is { } reason ? (byte)reason : Taken);

    /// <summary>Writes why a letter is not even looked at. One that may have been taken is never refused: by a ticket that this
    /// run of the node did not give, a former run may have taken it.</summary>
    /// <param name="keys">The secrets.</param>
    /// <param name="front">The front of the letter.</param>
    /// <param name="salt">Its salt.</param>
    /// <param name="use">What came of its ticket; good: there is no place for it.</param>
    public static byte[] WriteUnread(
        HandOverKeys keys,
        in HandOverFront front,
        ReadOnlySpan<byte> salt,
        TicketUse use
    ) =>
        use switch
        {
            TicketUse.Good => Write(keys, front, salt, HandOverRefusal.Busy),
            TicketUse.Over => Write(keys, front, salt, HandOverRefusal.NoTicket),
            TicketUse.Repeated or TicketUse.Forgotten => WriteUnknown(keys, front, salt),
            TicketUse.Unknown => Write(keys, front, salt, Failed),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Writes that nothing is known of the group, of which some may live here.</summary>
    public static byte[] WriteUnknown(
        HandOverKeys keys,
        in HandOverFront front,
        ReadOnlySpan<byte> salt
    ) => Write(keys, front, salt, Repeated);

    /// <summary>Reads the answer to a letter; what is none says nothing of the group.</summary>
    /// <param name="message">The message.</param>
    /// <param name="keys">The secrets.</param>
    /// <param name="front">The front of the letter.</param>
    /// <param name="salt">Its salt.</param>
    public static HandOverResult Read(
        ReadOnlySpan<byte> message,
        HandOverKeys keys,
        in HandOverFront front,
        ReadOnlySpan<byte> salt
    )
    {
        if (
            message.Length < SignedBytes + HandOverKeys.KeyBytes
            || !HandOverHeader.TryRead(message, HandOverKind.Answer, out var keyId, out var route)
            || keyId != front.KeyId
            || route != front.Route.Back
            || BinaryPrimitives.ReadUInt128BigEndian(message[HandOverHeader.Bytes..]) != front.Id
        )
        {
            return new HandOverResult.Unknown();
        }

        var signed = message[..^HandOverKeys.KeyBytes];
        return keys.IsMac(keyId, salt, Purpose, signed, message[signed.Length..])
            ? ToResult(message[OutcomeOffset])
            : new HandOverResult.Unknown();
    }

    private static HandOverResult ToResult(byte outcome) =>
        outcome switch
        {
            Taken => new HandOverResult.Taken(),
            Repeated => new HandOverResult.Unknown(),
            Failed => new HandOverResult.Unknown(IsNowhere: true),
            <= (byte)HandOverRefusal.Other => new HandOverResult.Refused((HandOverRefusal)outcome),
            _ => new HandOverResult.Refused(HandOverRefusal.Other),
        };

    private static byte[] Write(
        HandOverKeys keys,
        in HandOverFront front,
        ReadOnlySpan<byte> salt,
        byte outcome
    )
    {
        var message = new byte[SignedBytes + HandOverKeys.KeyBytes];
        HandOverHeader.Write(message, HandOverKind.Answer, front.KeyId, front.Route.Back);
        BinaryPrimitives.WriteUInt128BigEndian(message.AsSpan(HandOverHeader.Bytes), front.Id);
        message[OutcomeOffset] = outcome;
        keys.WriteMac(
            front.KeyId,
            salt,
            Purpose,
            message.AsSpan(0, SignedBytes),
            message.AsSpan(SignedBytes)
        );
        return message;
    }
}
