using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Protocol.Dtls;

/// <summary>A view of one DTLS 1.0 or 1.2 record in a datagram.</summary>
/// <remarks>
/// Shape (RFC 6347 §4.1):
/// <code>
///  type (1) | version (2) | epoch (2) | sequence number (6) | length (2) | fragment
/// </code>
/// </remarks>
internal readonly ref struct DtlsRecord
{
    /// <summary>change_cipher_spec.</summary>
    public const byte TypeChangeCipherSpec = 20;

    /// <summary>alert.</summary>
    public const byte TypeAlert = 21;

    /// <summary>handshake.</summary>
    public const byte TypeHandshake = 22;

    /// <summary>application_data.</summary>
    public const byte TypeApplicationData = 23;

    /// <summary>Bytes before the fragment.</summary>
    public const int HeaderBytes = 13;

    // RFC 6347 §4.1: 2^14 and what a cipher may add.
    private const int FragmentBytesMax = (1 << 14) + 2048;
    private const int VersionOffset = 1;
    private const int EpochOffset = 3;
    private const int LengthOffset = 11;
    private const ushort Version10 = 0xFEFF;
    private const ushort Version12 = 0xFEFD;

    private DtlsRecord(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The record with its header.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The content type.</summary>
    public byte Type => Bytes[0];

    /// <summary>0 in the clear, 1 and above protected.</summary>
    public ushort Epoch => BinaryPrimitives.ReadUInt16BigEndian(Bytes[EpochOffset..]);

    /// <summary>The sequence number within the epoch, 48 bits.</summary>
    public long Number =>
        (long)(BinaryPrimitives.ReadUInt64BigEndian(Bytes[EpochOffset..]) & 0x0000_FFFF_FFFF_FFFF);

    /// <summary>What the record carries.</summary>
    public ReadOnlySpan<byte> Fragment => Bytes[HeaderBytes..];

    /// <summary>Tells the same content from other content, whatever the record's number.</summary>
    public UInt128 Digest
    {
        get
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Fragment, digest);
            return BinaryPrimitives.ReadUInt128BigEndian(digest);
        }
    }

    /// <summary>Reads the record that begins a datagram's rest; false when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> rest, out DtlsRecord record)
    {
        record = default;
        if (rest.Length < HeaderBytes)
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt16BigEndian(rest[VersionOffset..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[LengthOffset..]);
        if (
            version is not (Version10 or Version12)
            || length == 0
            || length > FragmentBytesMax
            || length > rest.Length - HeaderBytes
            || rest[0] is < TypeChangeCipherSpec or > TypeApplicationData
        )
        {
            return false;
        }

        record = new(rest[..(HeaderBytes + length)]);
        return true;
    }
}
