namespace Edge.Wire.Bits;

/// <summary>Writes bits in order, most significant first, over bytes that are zero; what does not fit is
/// left out and remembered.</summary>
internal ref struct BitWriter(Span<byte> bytes)
{
    private const int BitsPerStep = 8;

    private readonly Span<byte> _bytes = bytes;

    /// <summary>Bits written.</summary>
    public int Offset { get; private set; }

    /// <summary>Bytes begun.</summary>
    public readonly int Length => (Offset + 7) / 8;

    /// <summary>Whether something did not fit.</summary>
    public readonly bool HasOverrun => Length > _bytes.Length;

    /// <summary>Writes the low bits of a value, up to 32.</summary>
    public void Write(uint value, int count)
    {
        for (var left = count; left > 0; )
        {
            var room = 8 - (Offset & 7);
            var step = Math.Min(room, left);
            var bits = (value >> (left - step)) & ((1u << step) - 1);
            var index = Offset >> 3;
            if (index < _bytes.Length)
            {
                // The narrowing is safe: at most the free low bits of one byte.
                _bytes[index] |= unchecked((byte)(bits << (room - step)));
            }

            left -= step;
            Offset += step;
        }
    }

    /// <summary>Writes what a reader reads next.</summary>
    public void Copy(ref BitReader source, int count)
    {
        for (; count > 0; count -= BitsPerStep)
        {
            var step = Math.Min(count, BitsPerStep);
            Write(source.ReadBits(step), step);
        }
    }
}
