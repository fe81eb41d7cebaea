namespace Edge.Wire.Stun;

/// <summary>The CRC-32 of ITU-T V.42 that FINGERPRINT is made of (RFC 8489 §14.7).</summary>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xEDB8_8320;

    private static readonly uint[] Table = CreateTable();

    /// <summary>The checksum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = table[unchecked((byte)(crc ^ value))] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < table.Length; index++)
        {
            var entry = index;
            for (var bit = 0; bit < 8; bit++)
            {
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ ReversedPolynomial;
            }

            table[index] = entry;
        }

        return table;
    }
}
