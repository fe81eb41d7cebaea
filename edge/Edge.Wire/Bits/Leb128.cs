namespace Edge.Wire.Bits;

/// <summary>Numbers of seven bits a byte, least significant first (AV1 specification §4.10.5).</summary>
internal static class Leb128
{
    private const int BytesMax = 5;

    /// <summary>Reads a number of up to 32 bits; false when it is cut off or larger.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out uint value, out int length)
    {
        ulong sum = 0;
        for (var index = 0; index < Math.Min(bytes.Length, BytesMax); index++)
        {
            sum |= (ulong)(bytes[index] & 0x7F) << (7 * index);
            if ((bytes[index] & 0x80) == 0)
            {
                value = unchecked((uint)sum);
                length = index + 1;
                return sum <= uint.MaxValue;
            }
        }

        value = 0;
        length = 0;
        return false;
    }
}
