using System.Buffers.Binary;

namespace Edge.Native.OpenSsl;

/// <summary>The numbers of the last protected record that libssl sent, read off what it sends.</summary>
/// <remarks>
/// Shape of a record of AES-GCM (RFC 6347 §4.1, RFC 5288 §3):
/// <code>
///  type (1) | version (2) | epoch (2) | sequence number (6) | length (2) | explicit nonce (8) | ...
/// </code>
/// </remarks>
internal struct DtlsLastRecord
{
    /// <summary>Bytes before a record's fragment.</summary>
    public const int HeaderBytes = 13;

    private const int NumberOffset = 3;
    private const int LengthOffset = 11;
    private const int NonceBytes = 8;
    private const int SequenceBits = 48;

    /// <summary>Epoch (16 bits) and sequence number (48 bits).</summary>
    public ulong Number { get; private set; }

    /// <summary>The explicit nonce.</summary>
    public ulong Nonce { get; private set; }

    /// <summary>Whether a protected record was sent.</summary>
    public readonly bool IsSet => Number >> SequenceBits != 0;

    /// <summary>Reads the records of a datagram that libssl sends.</summary>
    public void Note(ReadOnlySpan<byte> datagram)
    {
        while (datagram.Length >= HeaderBytes)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[LengthOffset..]);
            var number = BinaryPrimitives.ReadUInt64BigEndian(datagram[NumberOffset..]);
            if (length > datagram.Length - HeaderBytes)
            {
                return;
            }

            if (number > Number && number >> SequenceBits != 0 && length >= NonceBytes)
            {
                Number = number;
                Nonce = BinaryPrimitives.ReadUInt64BigEndian(datagram[HeaderBytes..]);
            }

            datagram = datagram[(HeaderBytes + length)..];
        }
    }
}
