namespace Edge.Wire.Payload;

/// <summary>Reads bytes in order; past the end it reads zeros and remembers that it did.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read or skipped.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether something past the end was asked for.</summary>
    public readonly bool HasOverrun => Offset > _bytes.Length;

    public byte ReadByte()
    {
        var value = Offset < _bytes.Length ? _bytes[Offset] : (byte)0;
        Offset++;
        return value;
    }

    public int ReadUInt16() => (ReadByte() << 8) | ReadByte();

    public void Skip(int count) => Offset += count;
}
