using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Sctp;

/// <summary>A view of an SCTP packet inside a decrypted DTLS record.</summary>
/// <remarks>
/// Shape: a common header and 1 to <see cref="ChunksMax"/> chunks, whose framing
/// <see cref="TryParse"/> checks once. The last chunk may lack its padding. Owner: borrows the bytes.
/// Source: RFC 9260 §3.
/// </remarks>
public readonly ref struct SctpPacket
{
    /// <summary>Length of the common header.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Most chunks that are read. Chosen: 1500 bytes of the smallest DATA chunks, 20 bytes each,
    /// are 75.</summary>
    public const int ChunksMax = 128;

    internal const int TagOffset = 4;
    internal const int ChecksumOffset = 8;

    private readonly ReadOnlySpan<byte> _packet;

    private SctpPacket(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_packet);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    /// <summary>The tag that the receiver chose for the association; 0 with INIT.</summary>
    public uint VerificationTag => BinaryPrimitives.ReadUInt32BigEndian(_packet[TagOffset..]);

    /// <summary>The first chunk, which decides how the verification tag is checked.</summary>
    public SctpChunk FirstChunk
    {
        get
        {
            var chunks = GetEnumerator();
            chunks.MoveNext();
            return chunks.Current;
        }
    }

    /// <summary>Walks the chunks.</summary>
    public SctpChunkEnumerator GetEnumerator() => new(_packet[HeaderBytes..]);

    /// <summary>Checks a packet and makes a view of it.</summary>
    /// <remarks>
    /// RFC 9260 §3.1:
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// |      Source Port Number       |    Destination Port Number    |
    /// |                       Verification Tag                        |
    /// |                     Checksum (little-endian)                  |
    /// </code>
    /// </remarks>
    [HotPath]
    public static SctpParseError TryParse(ReadOnlySpan<byte> bytes, out SctpPacket packet)
    {
        packet = default;
        if (bytes.Length < HeaderBytes + SctpChunk.HeaderBytes)
        {
            return SctpParseError.Truncated;
        }

        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]);
        if (checksum != Crc32c.ComputePacket(bytes))
        {
            return SctpParseError.BadChecksum;
        }

        var view = new SctpPacket(bytes);
        if (view.SourcePort == 0 || view.DestinationPort == 0)
        {
            return SctpParseError.PortZero;
        }

        var error = CheckChunks(bytes[HeaderBytes..]);
        if (error == SctpParseError.None)
        {
            packet = view;
        }

        return error;
    }

    internal static int Pad(int length) => (length + 3) & ~3;

    private static SctpParseError CheckChunks(ReadOnlySpan<byte> rest)
    {
        for (var count = 0; !rest.IsEmpty; count++)
        {
            if (count == ChunksMax)
            {
                return SctpParseError.TooManyChunks;
            }

            if (rest.Length < SctpChunk.HeaderBytes)
            {
                return SctpParseError.ChunkTruncated;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < SctpChunk.HeaderBytes)
            {
                return SctpParseError.ChunkLength;
            }

            if (length > rest.Length)
            {
                return SctpParseError.ChunkTruncated;
            }

            rest = rest[Math.Min(Pad(length), rest.Length)..];
        }

        return SctpParseError.None;
    }
}
