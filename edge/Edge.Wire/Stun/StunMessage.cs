using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Stun;

/// <summary>A view of a STUN message inside a received datagram.</summary>
/// <remarks>
/// Shape: 20 to <see cref="BytesMax"/> bytes, at most <see cref="AttributesMax"/> attributes, checked
/// once by <see cref="TryParse"/>. Lookups see the first attribute of a type, and none that follows
/// MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 or FINGERPRINT: those are not protected
/// (RFC 8489 §14.5). Owner: borrows the datagram. Source: RFC 8489 §5, §14.
/// </remarks>
public readonly ref struct StunMessage
{
    /// <summary>Longest message that is read. Chosen: the smallest MTU of IPv6; RFC 8489 §6.1 asks
    /// senders to stay below it, and connectivity checks have about 100 bytes.</summary>
    public const int BytesMax = 1280;

    /// <summary>Most attributes that are read. Chosen: browsers send up to 9; the bound keeps each
    /// lookup short.</summary>
    public const int AttributesMax = 32;

    /// <summary>Length of the header.</summary>
    public const int HeaderBytes = 20;

    internal const uint MagicCookie = 0x2112_A442;
    internal const int LengthOffset = 2;
    internal const int CookieOffset = 4;
    internal const int TransactionIdOffset = 8;
    internal const int AttributeHeaderBytes = 4;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _attributesEnd;
    private readonly int _integrityOffset;
    private readonly int _fingerprintOffset;

    private StunMessage(ReadOnlySpan<byte> message, scoped in Layout layout)
    {
        _message = message;
        _attributesEnd = layout.AttributesEnd;
        _integrityOffset = layout.IntegrityOffset;
        _fingerprintOffset = layout.FingerprintOffset;
    }

    /// <summary>The class: request, indication or one of the responses.</summary>
    public StunClass Class
    {
        get
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(_message);
            return (StunClass)(((type >> 7) & 0b10) | ((type >> 4) & 0b01));
        }
    }

    /// <summary>The method, which may be one that has no name here.</summary>
    public StunMethod Method
    {
        get
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(_message);
            return (StunMethod)((type & 0x000F) | ((type >> 1) & 0x0070) | ((type >> 2) & 0x0F80));
        }
    }

    /// <summary>The transaction this message belongs to.</summary>
    public StunTransactionId TransactionId =>
        StunTransactionId.Read(_message[TransactionIdOffset..]);

    /// <summary>Length of the whole message.</summary>
    public int Length => _message.Length;

    /// <summary>Whether a MESSAGE-INTEGRITY is there, right or wrong.</summary>
    public bool HasIntegrity => _integrityOffset != 0;

    /// <summary>Whether a FINGERPRINT is there, right or wrong.</summary>
    public bool HasFingerprint => _fingerprintOffset != 0;

    /// <summary>Whether the FINGERPRINT is right, or there is none.</summary>
    public bool HasValidFingerprintOrNone =>
        !HasFingerprint
        || StunAuthentication.ComputeFingerprint(_message[.._fingerprintOffset])
            == BinaryPrimitives.ReadUInt32BigEndian(
                _message[(_fingerprintOffset + AttributeHeaderBytes)..]
            );

    /// <summary>Whether USE-CANDIDATE is there (RFC 8445 §7.1.2): the sender nominates.</summary>
    public bool HasUseCandidate => TryFindAttribute(StunAttributeType.UseCandidate, out _);

    /// <summary>Whether a datagram is for the STUN parser: first byte 0 to 3 (RFC 7983 §7).</summary>
    public static bool IsCandidate(ReadOnlySpan<byte> datagram) =>
        !datagram.IsEmpty && datagram[0] < 4;

    /// <summary>Checks a datagram and makes a view of it.</summary>
    /// <remarks>
    /// RFC 8489 §5:
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// |0 0|     STUN Message Type     |         Message Length        |
    /// |                         Magic Cookie                          |
    /// |                     Transaction ID (96 bits)                  |
    /// </code>
    /// </remarks>
    [HotPath]
    public static StunParseError TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length < HeaderBytes)
        {
            return StunParseError.Truncated;
        }

        if (datagram.Length > BytesMax)
        {
            return StunParseError.TooLong;
        }

        if (datagram[0] >= 0x40)
        {
            return StunParseError.NotStun;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[CookieOffset..]) != MagicCookie)
        {
            return StunParseError.NoMagicCookie;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[LengthOffset..]);
        if (length % 4 != 0 || length != datagram.Length - HeaderBytes)
        {
            return StunParseError.LengthMismatch;
        }

        var error = TryReadLayout(datagram, out var layout);
        if (error == StunParseError.None)
        {
            message = new(datagram, in layout);
        }

        return error;
    }

    /// <summary>Finds the value of the first attribute of a type.</summary>
    public bool TryFindAttribute(StunAttributeType type, out ReadOnlySpan<byte> value)
    {
        for (var offset = HeaderBytes; offset < _attributesEnd; )
        {
            var length = ReadAttributeLength(_message, offset);
            if (ReadAttributeType(_message, offset) == type)
            {
                value = _message.Slice(offset + AttributeHeaderBytes, length);
                return true;
            }

            offset += AttributeHeaderBytes + Pad(length);
        }

        value = default;
        return false;
    }

    /// <summary>Reads USERNAME as ICE forms it: receiver's fragment, colon, sender's fragment
    /// (RFC 8445 §7.2.2). False when there is none or it has no colon.</summary>
    public bool TryReadUsername(out ReadOnlySpan<byte> local, out ReadOnlySpan<byte> remote)
    {
        local = default;
        remote = default;
        if (!TryFindAttribute(StunAttributeType.Username, out var username))
        {
            return false;
        }

        var colon = username.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        local = username[..colon];
        remote = username[(colon + 1)..];
        return true;
    }

    /// <summary>Whether MESSAGE-INTEGRITY is there and was made with a key: the password itself for
    /// short-term credentials (RFC 8489 §9.1.1), compared in constant time.</summary>
    public bool VerifyIntegrity(ReadOnlySpan<byte> password) =>
        HasIntegrity && StunAuthentication.IsIntegrityValid(_message, _integrityOffset, password);

    /// <summary>Reads XOR-MAPPED-ADDRESS.</summary>
    public bool TryReadXorMappedAddress(out NetworkAddress address)
    {
        address = default;
        return TryFindAttribute(StunAttributeType.XorMappedAddress, out var value)
            && StunAddress.TryReadXored(value, _message.Slice(CookieOffset, 16), out address);
    }

    /// <summary>Reads the number of ERROR-CODE; false when there is none or it is out of range.</summary>
    public bool TryReadErrorCode(out StunErrorCode code)
    {
        code = StunErrorCode.None;
        if (!TryFindAttribute(StunAttributeType.ErrorCode, out var value) || value.Length < 4)
        {
            return false;
        }

        var hundreds = value[2] & 0b111;
        if (hundreds is < 3 or > 6 || value[3] > 99)
        {
            return false;
        }

        code = (StunErrorCode)((hundreds * 100) + value[3]);
        return true;
    }

    /// <summary>Reads PRIORITY.</summary>
    public bool TryReadPriority(out uint priority)
    {
        var found =
            TryFindAttribute(StunAttributeType.Priority, out var value) && value.Length == 4;
        priority = found ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
        return found;
    }

    /// <summary>Reads the tie-breaker of ICE-CONTROLLING.</summary>
    public bool TryReadIceControlling(out ulong tieBreaker) =>
        TryReadTieBreaker(StunAttributeType.IceControlling, out tieBreaker);

    /// <summary>Reads the tie-breaker of ICE-CONTROLLED.</summary>
    public bool TryReadIceControlled(out ulong tieBreaker) =>
        TryReadTieBreaker(StunAttributeType.IceControlled, out tieBreaker);

    /// <summary>Lists comprehension-required attributes that have no name here (RFC 8489 §6.3.1).</summary>
    /// <returns>How many were written; those beyond the destination's length are left out.</returns>
    public int FindUnknownRequired(Span<StunAttributeType> destination)
    {
        var count = 0;
        for (var offset = HeaderBytes; offset < _attributesEnd && count < destination.Length; )
        {
            var type = ReadAttributeType(_message, offset);
            if (!IsUnderstood(type) && (ushort)type < 0x8000)
            {
                destination[count++] = type;
            }

            offset += AttributeHeaderBytes + Pad(ReadAttributeLength(_message, offset));
        }

        return count;
    }

    internal static int Pad(int length) => (length + 3) & ~3;

    private static bool IsUnderstood(StunAttributeType type) =>
        type
            is StunAttributeType.MappedAddress
                or StunAttributeType.Username
                or StunAttributeType.MessageIntegrity
                or StunAttributeType.ErrorCode
                or StunAttributeType.UnknownAttributes
                or StunAttributeType.Realm
                or StunAttributeType.Nonce
                or StunAttributeType.MessageIntegritySha256
                or StunAttributeType.XorMappedAddress
                or StunAttributeType.Priority
                or StunAttributeType.UseCandidate;

    /// <summary>Walks all attributes once.</summary>
    /// <remarks>
    /// RFC 8489 §14, each attribute padded to 4 bytes:
    /// <code>
    /// |         Type                  |            Length             |
    /// |                         Value (variable)                ....
    /// </code>
    /// </remarks>
    private static StunParseError TryReadLayout(ReadOnlySpan<byte> message, out Layout layout)
    {
        layout = new Layout { AttributesEnd = message.Length };
        var count = 0;
        for (var offset = HeaderBytes; offset < message.Length; count++)
        {
            if (count == AttributesMax)
            {
                return StunParseError.TooManyAttributes;
            }

            // The message is a multiple of 4 long and so is every step: the header always fits.
            var length = ReadAttributeLength(message, offset);
            var next = offset + AttributeHeaderBytes + Pad(length);
            if (next > message.Length)
            {
                return StunParseError.AttributeTruncated;
            }

            var error = layout.Note(ReadAttributeType(message, offset), offset, length);
            if (error != StunParseError.None)
            {
                return error;
            }

            if (layout.FingerprintOffset != 0 && next != message.Length)
            {
                return StunParseError.FingerprintNotLast;
            }

            offset = next;
        }

        return StunParseError.None;
    }

    private static StunAttributeType ReadAttributeType(ReadOnlySpan<byte> message, int offset) =>
        (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);

    private static int ReadAttributeLength(ReadOnlySpan<byte> message, int offset) =>
        BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]);

    private bool TryReadTieBreaker(StunAttributeType type, out ulong tieBreaker)
    {
        var found = TryFindAttribute(type, out var value) && value.Length == 8;
        tieBreaker = found ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;
        return found;
    }

    /// <summary>Where the attributes that shape the message are; 0 means absent.</summary>
    private struct Layout
    {
        public int AttributesEnd;
        public int IntegrityOffset;
        public int FingerprintOffset;

        public StunParseError Note(StunAttributeType type, int offset, int length)
        {
            if (type == StunAttributeType.MessageIntegrity && IntegrityOffset == 0)
            {
                IntegrityOffset = offset;
                AttributesEnd = Math.Min(AttributesEnd, offset);
                return length == StunAuthentication.IntegrityBytes
                    ? StunParseError.None
                    : StunParseError.IntegrityLength;
            }

            if (type == StunAttributeType.MessageIntegritySha256)
            {
                AttributesEnd = Math.Min(AttributesEnd, offset);
            }

            if (type == StunAttributeType.Fingerprint)
            {
                FingerprintOffset = offset;
                AttributesEnd = Math.Min(AttributesEnd, offset);
                return length == StunAuthentication.FingerprintBytes
                    ? StunParseError.None
                    : StunParseError.FingerprintLength;
            }

            return StunParseError.None;
        }
    }
}
