namespace Edge.Wire.Rtp.Extensions;

/// <summary>How loud a packet is, and whether it holds voice (RFC 6464 §3).</summary>
/// <param name="HasVoice">Whether the sender thinks it holds voice.</param>
/// <param name="Level">Loudness in -dBov: 0 loudest, 127 silence.</param>
public readonly record struct AudioLevel(bool HasVoice, byte Level)
{
    /// <summary>Bytes of the element's data.</summary>
    public const int Bytes = 1;

    /// <summary>The level of silence.</summary>
    public const byte Silence = 127;

    private const byte VoiceBit = 0x80;

    // +-+-------------+
    // |V|    level    |  in the two-byte form a second byte of padding may follow
    // +-+-------------+

    /// <summary>Reads the level; false when there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out AudioLevel level)
    {
        if (data.IsEmpty)
        {
            level = default;
            return false;
        }

        level = new AudioLevel((data[0] & VoiceBit) != 0, (byte)(data[0] & ~VoiceBit));
        return true;
    }

    /// <summary>Writes the level, capped at silence; returns its bytes, 0 when it does not fit.</summary>
    public int Write(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        destination[0] = (byte)((HasVoice ? VoiceBit : 0) | Math.Min(Level, Silence));
        return Bytes;
    }
}
