using System.Buffers.Binary;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Wire.Sctp;

/// <summary>Writes the value of INIT, INIT ACK, RE-CONFIG, HEARTBEAT, ERROR and ABORT chunks: fixed
/// fields, then type-length-value entries.</summary>
/// <remarks>Errors: what does not fit is remembered, and <see cref="Length"/> is 0 from then on.</remarks>
public ref struct SctpParameterWriter
{
    private readonly Span<byte> _destination;
    private bool _isOverfull;
    private int _length;

    /// <summary>Starts an empty value.</summary>
    public SctpParameterWriter(Span<byte> destination) => _destination = destination;

    /// <summary>Bytes written, the last entry's padding included; 0 once something did not fit.</summary>
    public readonly int Length => _isOverfull ? 0 : _length;

    /// <summary>Adds the fixed fields of INIT and INIT ACK (RFC 9260 §3.3.2).</summary>
    public void AddInit(uint tag, uint window, ushort outbound, ushort inbound, uint initialTsn)
    {
        var fields = Reserve(SctpInit.FieldBytes);
        if (fields.IsEmpty)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(fields, tag);
        BinaryPrimitives.WriteUInt32BigEndian(fields[4..], window);
        BinaryPrimitives.WriteUInt16BigEndian(fields[8..], outbound);
        BinaryPrimitives.WriteUInt16BigEndian(fields[10..], inbound);
        BinaryPrimitives.WriteUInt32BigEndian(fields[12..], initialTsn);
    }

    /// <summary>Adds any parameter, or any cause of an error.</summary>
    public void Add(ushort type, scoped ReadOnlySpan<byte> value) =>
        value.TryCopyTo(ReserveEntry(type, value.Length));

    /// <summary>Adds a parameter.</summary>
    public void Add(SctpParameterType type, scoped ReadOnlySpan<byte> value) =>
        Add((ushort)type, value);

    /// <summary>Adds a request to reset the sender's outgoing streams (RFC 6525 §4.1).</summary>
    public void AddOutgoingReset(
        uint requestSequence,
        uint responseSequence,
        uint lastTsn,
        scoped ReadOnlySpan<ushort> streams
    )
    {
        var value = ReserveEntry(
            (ushort)SctpParameterType.OutgoingResetRequest,
            SctpResetRequest.OutgoingFieldBytes + (streams.Length * SctpResetRequest.StreamBytes)
        );
        if (value.IsEmpty)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, requestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], responseSequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], lastTsn);
        WriteStreams(value[SctpResetRequest.OutgoingFieldBytes..], streams);
    }

    /// <summary>Adds a request to reset the sender's incoming streams (RFC 6525 §4.2).</summary>
    public void AddIncomingReset(uint requestSequence, scoped ReadOnlySpan<ushort> streams)
    {
        var value = ReserveEntry(
            (ushort)SctpParameterType.IncomingResetRequest,
            SctpResetRequest.IncomingFieldBytes + (streams.Length * SctpResetRequest.StreamBytes)
        );
        if (value.IsEmpty)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, requestSequence);
        WriteStreams(value[SctpResetRequest.IncomingFieldBytes..], streams);
    }

    /// <summary>Adds the answer to a reconfiguration request (RFC 6525 §4.4).</summary>
    public void AddResponse(SctpReconfigResponse response)
    {
        var value = ReserveEntry(
            (ushort)SctpParameterType.ReconfigResponse,
            SctpReconfigResponse.Bytes
        );
        if (value.IsEmpty)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(value, response.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)response.Result);
    }

    private static void WriteStreams(Span<byte> destination, scoped ReadOnlySpan<ushort> streams)
    {
        for (var index = 0; index < streams.Length; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                destination[(index * SctpResetRequest.StreamBytes)..],
                streams[index]
            );
        }
    }

    /// <summary>Writes an entry's header and padding; empty when it did not fit (or its value is empty).</summary>
    private Span<byte> ReserveEntry(ushort type, int valueLength)
    {
        var length = SctpParameterEnumerator.HeaderBytes + valueLength;
        var entry = Reserve(SctpPacket.Pad(length));
        if (entry.IsEmpty)
        {
            return default;
        }

        BinaryPrimitives.WriteUInt16BigEndian(entry, type);
        BinaryPrimitives.WriteUInt16BigEndian(entry[2..], unchecked((ushort)length)); // Fits a packet.
        entry[length..].Clear();
        return entry[SctpParameterEnumerator.HeaderBytes..length];
    }

    private Span<byte> Reserve(int length)
    {
        if (_isOverfull || length > _destination.Length - _length)
        {
            _isOverfull = true;
            return default;
        }

        var reserved = _destination.Slice(_length, length);
        _length += length;
        return reserved;
    }
}
