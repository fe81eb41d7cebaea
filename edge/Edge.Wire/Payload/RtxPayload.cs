using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Payload;

/// <summary>The payload of a retransmission: which packet it repeats, then that packet's payload.</summary>
/// <remarks>Source: RFC 4588 §4. A retransmission without payload is padding that probes the path.</remarks>
public static class RtxPayload
{
    /// <summary>Bytes before the repeated payload.</summary>
    public const int HeaderBytes = 2;

    // +-------------------------------+---
    // | original sequence number, OSN |  original payload ...
    // +-------------------------------+---

    /// <summary>Reads a retransmission's payload; false when it is too short to name a packet.</summary>
    [HotPath]
    public static bool TryRead(
        ReadOnlySpan<byte> payload,
        out SequenceNumber original,
        out ReadOnlySpan<byte> originalPayload
    )
    {
        if (payload.Length < HeaderBytes)
        {
            original = default;
            originalPayload = default;
            return false;
        }

        original = new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(payload));
        originalPayload = payload[HeaderBytes..];
        return true;
    }

    /// <summary>Writes what goes before the repeated payload; returns 2, or 0 when it does not fit.</summary>
    [HotPath]
    public static int WriteHeader(Span<byte> destination, SequenceNumber original) =>
        BinaryPrimitives.TryWriteUInt16BigEndian(destination, original.Value) ? HeaderBytes : 0;
}
