using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp.Extensions;

/// <summary>The number that counts a transport's packets over all its sources
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2).</summary>
public static class TransportSequenceNumber
{
    /// <summary>Bytes of the element's data.</summary>
    public const int Bytes = 2;

    /// <summary>Reads the number; false when it is cut off. What version 2 has behind it is ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out SequenceNumber number)
    {
        var isWhole = BinaryPrimitives.TryReadUInt16BigEndian(data, out var value);
        number = new SequenceNumber(value);
        return isWhole;
    }

    /// <summary>Writes the number; returns its bytes, 0 when it does not fit.</summary>
    public static int Write(Span<byte> destination, SequenceNumber number) =>
        BinaryPrimitives.TryWriteUInt16BigEndian(destination, number.Value) ? Bytes : 0;
}
