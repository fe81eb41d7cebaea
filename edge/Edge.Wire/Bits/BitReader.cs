namespace Edge.Wire.Bits;

/// <summary>Reads bits in order, most significant first; past the end it reads zeros and remembers
/// that it did.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes, int offset = 0)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bits read or skipped.</summary>
    public int Offset { get; private set; } = offset;

    /// <summary>Whether something past the end was asked for.</summary>
    public readonly bool HasOverrun => Offset > _bytes.Length * 8;

    /// <summary>Reads one bit.</summary>
    public bool ReadFlag() => ReadBits(1) != 0;

    /// <summary>Reads up to 32 bits.</summary>
    public uint ReadBits(int count)
    {
        ulong value = 0;
        var first = Offset >> 3;
        for (var index = first; index < first + 5; index++)
        {
            value = (value << 8) | (index < _bytes.Length ? _bytes[index] : (byte)0);
        }

        var start = Offset & 7;
        Offset += count;
        return (uint)((value >> (40 - start - count)) & ((1UL << count) - 1));
    }

    /// <summary>Passes over bits.</summary>
    public void Skip(int count) => Offset += count;
}
