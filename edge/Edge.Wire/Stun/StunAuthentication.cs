using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Wire.Stun;

/// <summary>Computes and checks the two attributes that protect a message as a whole.</summary>
/// <remarks>Both are made over the bytes before them under a length field that ends with them
/// (RFC 8489 §14.5, §14.7).</remarks>
internal static class StunAuthentication
{
    /// <summary>Length of an HMAC-SHA1.</summary>
    public const int IntegrityBytes = HMACSHA1.HashSizeInBytes;

    /// <summary>Length of a fingerprint.</summary>
    public const int FingerprintBytes = 4;

    private const int LengthOffset = 2;
    private const int HeaderBytes = 20;
    private const int AttributeHeaderBytes = 4;

    /// <summary>"STUN" in ASCII: keeps the checksum apart from those of other protocols.</summary>
    private const uint FingerprintMask = 0x5354_554E;

    /// <summary>Computes the HMAC of the bytes before MESSAGE-INTEGRITY, whose length field is already
    /// that of a message which ends with it.</summary>
    public static void ComputeIntegrity(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> protectedBytes,
        Span<byte> destination
    )
    {
#pragma warning disable CA5350 // RFC 8445 §7.1 knows HMAC-SHA1 only; every browser speaks just that.
        HMACSHA1.HashData(key, protectedBytes, destination);
#pragma warning restore CA5350
    }

    /// <summary>Checks the MESSAGE-INTEGRITY found at an offset of a whole message.</summary>
    public static bool IsIntegrityValid(
        ReadOnlySpan<byte> message,
        int integrityOffset,
        ReadOnlySpan<byte> key
    )
    {
        // What follows the attribute (FINGERPRINT) is not counted by the length the HMAC was made
        // under, so the header has to be changed: in a copy, because the datagram is not ours.
        Span<byte> copy = stackalloc byte[StunMessage.BytesMax];
        var protectedBytes = copy[..integrityOffset];
        message[..integrityOffset].CopyTo(protectedBytes);
        var length = integrityOffset + AttributeHeaderBytes + IntegrityBytes - HeaderBytes;
        BinaryPrimitives.WriteUInt16BigEndian(
            protectedBytes[LengthOffset..],
            unchecked((ushort)length) // At most BytesMax.
        );

        Span<byte> expected = stackalloc byte[IntegrityBytes];
        ComputeIntegrity(key, protectedBytes, expected);
        return CryptographicOperations.FixedTimeEquals(
            expected,
            message.Slice(integrityOffset + AttributeHeaderBytes, IntegrityBytes)
        );
    }

    /// <summary>The fingerprint of the bytes before FINGERPRINT, under the final length field.</summary>
    public static uint ComputeFingerprint(ReadOnlySpan<byte> protectedBytes) =>
        Crc32.Compute(protectedBytes) ^ FingerprintMask;
}
