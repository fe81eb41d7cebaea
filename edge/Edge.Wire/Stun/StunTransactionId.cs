using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Stun;

/// <summary>The 96 random bits that tie a response to its request (RFC 8489 §5).</summary>
public readonly record struct StunTransactionId
{
    /// <summary>Length on the wire.</summary>
    public const int Bytes = 12;

    private readonly ulong _high;
    private readonly uint _low;

    private StunTransactionId(ulong high, uint low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>Draws a new identifier.</summary>
    public static StunTransactionId Create(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(random.NextUInt64(), random.NextUInt32());
    }

    /// <summary>Reads an identifier from its 12 bytes; the span has to hold them.</summary>
    public static StunTransactionId Read(ReadOnlySpan<byte> source) =>
        new(
            BinaryPrimitives.ReadUInt64BigEndian(source),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..])
        );

    /// <summary>Writes the 12 bytes; the span has to have room for them.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _low);
    }
}
