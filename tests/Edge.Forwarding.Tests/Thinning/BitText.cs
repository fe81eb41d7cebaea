using System.Text;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Bits written as text, to make descriptors that no browser sent.</summary>
internal sealed class BitText
{
    private readonly StringBuilder _bits = new();

    public BitText Put(int value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            _bits.Append((value >> bit) & 1);
        }

        return this;
    }

    /// <summary>ns(n) of the AV1 specification, §4.10.7.</summary>
    public BitText PutBelow(int value, int below)
    {
        var width = 0;
        for (var rest = below; rest > 0; rest >>= 1)
        {
            width++;
        }

        var shorter = (1 << width) - below;
        return value < shorter ? Put(value, width - 1) : Put(value + shorter, width);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[(_bits.Length + 7) / 8];
        for (var bit = 0; bit < _bits.Length; bit++)
        {
            bytes[bit / 8] |= (byte)(_bits[bit] == '1' ? 0x80 >> (bit % 8) : 0);
        }

        return bytes;
    }
}
