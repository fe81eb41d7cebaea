using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Stun;

/// <summary>Writes one STUN message into a span, attribute by attribute.</summary>
/// <remarks>
/// Shape: header first, then attributes in call order; MESSAGE-INTEGRITY before FINGERPRINT, which is
/// last (RFC 8489 §14.5, §14.7). Errors: what does not fit is remembered, and <see cref="Complete"/>
/// returns 0.
/// </remarks>
public ref struct StunMessageWriter
{
    private readonly Span<byte> _destination;
    private int _length;

    /// <summary>Writes the header of a message without attributes.</summary>
    public StunMessageWriter(
        Span<byte> destination,
        StunClass messageClass,
        StunMethod method,
        StunTransactionId transactionId
    )
    {
        _destination = destination;
        if (destination.Length < StunMessage.HeaderBytes)
        {
            return;
        }

        var methodBits = (ushort)method;
        var classBits = (byte)messageClass;
        var type =
            (methodBits & 0x000F)
            | ((methodBits & 0x0070) << 1)
            | ((methodBits & 0x0F80) << 2)
            | ((classBits & 0b01) << 4)
            | ((classBits & 0b10) << 7);
        BinaryPrimitives.WriteUInt16BigEndian(destination, unchecked((ushort)type)); // 14 bits.
        BinaryPrimitives.WriteUInt16BigEndian(destination[StunMessage.LengthOffset..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(
            destination[StunMessage.CookieOffset..],
            StunMessage.MagicCookie
        );
        transactionId.Write(destination[StunMessage.TransactionIdOffset..]);
        _length = StunMessage.HeaderBytes;
    }

    /// <summary>Bytes written so far; 0 once something did not fit.</summary>
    public readonly int Length => _length;

    /// <summary>Adds any attribute.</summary>
    public void AddAttribute(StunAttributeType type, scoped ReadOnlySpan<byte> value) =>
        value.TryCopyTo(Reserve(type, value.Length));

    /// <summary>Adds USERNAME as ICE forms it: the receiver's fragment, a colon, the sender's
    /// (RFC 8445 §7.2.2).</summary>
    public void AddUsername(scoped ReadOnlySpan<byte> receiver, scoped ReadOnlySpan<byte> sender)
    {
        var value = Reserve(StunAttributeType.Username, receiver.Length + 1 + sender.Length);
        if (value.IsEmpty)
        {
            return;
        }

        receiver.CopyTo(value);
        value[receiver.Length] = (byte)':';
        sender.CopyTo(value[(receiver.Length + 1)..]);
    }

    /// <summary>Adds XOR-MAPPED-ADDRESS.</summary>
    public void AddXorMappedAddress(in NetworkAddress address)
    {
        if (_length == 0)
        {
            return;
        }

        Span<byte> value = stackalloc byte[StunAddress.BytesMax];
        var length = StunAddress.WriteXored(
            in address,
            _destination.Slice(StunMessage.CookieOffset, 16),
            value
        );
        AddAttribute(StunAttributeType.XorMappedAddress, value[..length]);
    }

    /// <summary>Adds PRIORITY.</summary>
    public void AddPriority(uint priority)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, priority);
        AddAttribute(StunAttributeType.Priority, value);
    }

    /// <summary>Adds USE-CANDIDATE.</summary>
    public void AddUseCandidate() => AddAttribute(StunAttributeType.UseCandidate, default);

    /// <summary>Adds ICE-CONTROLLING.</summary>
    public void AddIceControlling(ulong tieBreaker) =>
        AddTieBreaker(StunAttributeType.IceControlling, tieBreaker);

    /// <summary>Adds ICE-CONTROLLED.</summary>
    public void AddIceControlled(ulong tieBreaker) =>
        AddTieBreaker(StunAttributeType.IceControlled, tieBreaker);

    /// <summary>Adds ERROR-CODE with an empty reason phrase, which is for people only.</summary>
    public void AddErrorCode(StunErrorCode code)
    {
        var (hundreds, rest) = Math.DivRem((int)code, 100);
        ReadOnlySpan<byte> value = [0, 0, unchecked((byte)hundreds), unchecked((byte)rest)];
        AddAttribute(StunAttributeType.ErrorCode, value);
    }

    /// <summary>Adds UNKNOWN-ATTRIBUTES.</summary>
    public void AddUnknownAttributes(scoped ReadOnlySpan<StunAttributeType> types)
    {
        var value = Reserve(StunAttributeType.UnknownAttributes, types.Length * 2);
        for (var index = 0; index < types.Length && !value.IsEmpty; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[(index * 2)..], (ushort)types[index]);
        }
    }

    /// <summary>Adds MESSAGE-INTEGRITY over everything so far. The key is the password itself for
    /// short-term credentials (RFC 8489 §9.1.1).</summary>
    public void AddMessageIntegrity(scoped ReadOnlySpan<byte> password)
    {
        var protectedLength = _length;
        var value = Reserve(StunAttributeType.MessageIntegrity, StunAuthentication.IntegrityBytes);
        if (!value.IsEmpty)
        {
            StunAuthentication.ComputeIntegrity(password, _destination[..protectedLength], value);
        }
    }

    /// <summary>Adds FINGERPRINT over everything so far. Nothing may follow.</summary>
    public void AddFingerprint()
    {
        var protectedLength = _length;
        var value = Reserve(StunAttributeType.Fingerprint, StunAuthentication.FingerprintBytes);
        if (!value.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32BigEndian(
                value,
                StunAuthentication.ComputeFingerprint(_destination[..protectedLength])
            );
        }
    }

    /// <summary>The length of the whole message, or 0 when it did not fit.</summary>
    public readonly int Complete() => _length;

    private void AddTieBreaker(StunAttributeType type, ulong tieBreaker)
    {
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, tieBreaker);
        AddAttribute(type, value);
    }

    /// <summary>Writes an attribute's header and zero padding and updates the message's length.</summary>
    /// <returns>Where the value goes; empty when it did not fit (or is empty itself).</returns>
    private Span<byte> Reserve(StunAttributeType type, int valueLength)
    {
        var padded = StunMessage.Pad(valueLength);
        var end = _length + StunMessage.AttributeHeaderBytes + padded;
        if (_length == 0 || end > Math.Min(_destination.Length, StunMessage.BytesMax))
        {
            _length = 0;
            return default;
        }

        var attribute = _destination[_length..end];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], unchecked((ushort)valueLength));
        attribute[(StunMessage.AttributeHeaderBytes + valueLength)..].Clear();
        _length = end;
        BinaryPrimitives.WriteUInt16BigEndian(
            _destination[StunMessage.LengthOffset..],
            unchecked((ushort)(end - StunMessage.HeaderBytes)) // At most BytesMax.
        );
        return attribute.Slice(StunMessage.AttributeHeaderBytes, valueLength);
    }
}
