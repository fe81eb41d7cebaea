using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Wire.Sctp;

/// <summary>Writes one SCTP packet into a span, chunk by chunk.</summary>
/// <remarks>
/// Shape: the common header first, then chunks in call order. A chunk that does not fit is refused and
/// the packet stays as it was, so that a sender can bundle until it is full. <see cref="Complete"/>
/// writes the checksum.
/// </remarks>
public ref struct SctpPacketWriter
{
    private readonly Span<byte> _destination;
    private int _length;

    /// <summary>Writes the common header.</summary>
    public SctpPacketWriter(
        Span<byte> destination,
        ushort sourcePort,
        ushort destinationPort,
        uint verificationTag
    )
    {
        _destination = destination;
        if (destination.Length < SctpPacket.HeaderBytes)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SctpPacket.TagOffset..], verificationTag);
        _length = SctpPacket.HeaderBytes;
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _length;

    /// <summary>Whether no chunk was written yet.</summary>
    public readonly bool IsEmpty => _length <= SctpPacket.HeaderBytes;

    /// <summary>Room for one more chunk, its header included and a multiple of 4.</summary>
    public readonly int FreeBytes => _length == 0 ? 0 : (_destination.Length - _length) & ~3;

    /// <summary>Adds a chunk's header and padding; the caller fills the value.</summary>
    [HotPath]
    public bool TryAddChunk(SctpChunkType type, byte flags, int valueLength, out Span<byte> value)
    {
        var length = SctpChunk.HeaderBytes + valueLength;
        if (SctpPacket.Pad(length) > FreeBytes)
        {
            value = default;
            return false;
        }

        var chunk = _destination.Slice(_length, SctpPacket.Pad(length));
        chunk[0] = (byte)type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], unchecked((ushort)length)); // Below 64 KiB.
        chunk[length..].Clear();
        value = chunk[SctpChunk.HeaderBytes..length];
        _length += chunk.Length;
        return true;
    }

    /// <summary>Adds a chunk with a given value.</summary>
    public bool TryAddChunk(SctpChunkType type, byte flags, scoped ReadOnlySpan<byte> value)
    {
        var isAdded = TryAddChunk(type, flags, value.Length, out var written);
        value.TryCopyTo(written);
        return isAdded;
    }

    /// <summary>Adds a DATA chunk.</summary>
    [HotPath]
    public bool TryAddData(in SctpDataHeader header, scoped ReadOnlySpan<byte> payload)
    {
        var length = SctpData.FieldBytes + payload.Length;
        if (!TryAddChunk(SctpChunkType.Data, header.Flags, length, out var value))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, header.Tsn);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], header.StreamId);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], header.StreamSequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], header.PayloadProtocol);
        payload.CopyTo(value[SctpData.FieldBytes..]);
        return true;
    }

    /// <summary>Adds a SACK chunk.</summary>
    [HotPath]
    public bool TryAddSack(
        uint cumulativeTsn,
        uint advertisedWindow,
        scoped ReadOnlySpan<SctpGapBlock> gaps,
        scoped ReadOnlySpan<uint> duplicates
    )
    {
        var length =
            SctpSack.FieldBytes
            + (gaps.Length * SctpSack.GapBytes)
            + (duplicates.Length * SctpSack.DuplicateBytes);
        if (!TryAddChunk(SctpChunkType.Sack, 0, length, out var value))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, cumulativeTsn);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], advertisedWindow);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], unchecked((ushort)gaps.Length));
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], unchecked((ushort)duplicates.Length));
        value = value[SctpSack.FieldBytes..];
        foreach (var gap in gaps)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, gap.Start);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], gap.End);
            value = value[SctpSack.GapBytes..];
        }

        foreach (var duplicate in duplicates)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, duplicate);
            value = value[SctpSack.DuplicateBytes..];
        }

        return true;
    }

    /// <summary>Adds a FORWARD TSN chunk.</summary>
    [HotPath]
    public bool TryAddForwardTsn(uint cumulativeTsn, scoped ReadOnlySpan<SctpSkippedStream> streams)
    {
        var length = SctpForwardTsn.FieldBytes + (streams.Length * SctpForwardTsn.StreamBytes);
        if (!TryAddChunk(SctpChunkType.ForwardTsn, 0, length, out var value))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, cumulativeTsn);
        value = value[SctpForwardTsn.FieldBytes..];
        foreach (var stream in streams)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, stream.StreamId);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], stream.StreamSequence);
            value = value[SctpForwardTsn.StreamBytes..];
        }

        return true;
    }

    /// <summary>Writes the checksum.</summary>
    /// <returns>The length of the whole packet; 0 when it has no chunk.</returns>
    [HotPath]
    public readonly int Complete()
    {
        if (IsEmpty)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(
            _destination[SctpPacket.ChecksumOffset..],
            Crc32c.ComputePacket(_destination[.._length])
        );
        return _length;
    }
}
