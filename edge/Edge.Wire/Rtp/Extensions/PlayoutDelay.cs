namespace Edge.Wire.Rtp.Extensions;

/// <summary>Bounds of the delay a receiver should play with.</summary>
/// <remarks>Source: http://www.webrtc.org/experiments/rtp-hdrext/playout-delay. Units: 10 ms on the
/// wire, 0 to 40.95 s.</remarks>
public readonly record struct PlayoutDelay(TimeSpan Min, TimeSpan Max)
{
    /// <summary>Bytes of the element's data.</summary>
    public const int Bytes = 3;

    private const int UnitMs = 10;
    private const int UnitsMax = 0xFFF;

    // +-----------------------+-----------------------+
    // |   minimum, 12 bits    |   maximum, 12 bits    |
    // +-----------------------+-----------------------+

    /// <summary>Reads the bounds; false when they are cut off or the wrong way round.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out PlayoutDelay delay)
    {
        delay = default;
        if (data.Length < Bytes)
        {
            return false;
        }

        var min = (data[0] << 4) | (data[1] >> 4);
        var max = ((data[1] & 0x0F) << 8) | data[2];
        delay = new PlayoutDelay(
            TimeSpan.FromMilliseconds(min * UnitMs),
            TimeSpan.FromMilliseconds(max * UnitMs)
        );
        return min <= max;
    }

    /// <summary>Writes the bounds, rounded down and capped; returns the bytes, 0 when they do not fit.</summary>
    public int Write(Span<byte> destination)
    {
        if (destination.Length < Bytes)
        {
            return 0;
        }

        var min = ToUnits(Min);
        var max = ToUnits(Max);
        destination[0] = (byte)(min >> 4);
        destination[1] = (byte)(((min & 0x0F) << 4) | (max >> 8));
        destination[2] = unchecked((byte)max);
        return Bytes;
    }

    private static int ToUnits(TimeSpan delay) =>
        (int)Math.Clamp(delay.Ticks / (UnitMs * TimeSpan.TicksPerMillisecond), 0, UnitsMax);
}
