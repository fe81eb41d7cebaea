using Edge.Primitives;

namespace Edge.Wire.Rtp.Extensions;

/// <summary>When a packet left its sender, in seconds modulo 64 as 6.18 fixed point.</summary>
/// <remarks>Source: http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time. Only differences have
/// a meaning, so any steady clock will do.</remarks>
public readonly record struct AbsoluteSendTime(uint Value)
{
    /// <summary>Bytes of the element's data.</summary>
    public const int Bytes = 3;

    private const int FractionBits = 18;
    private const uint Mask = 0xFFFFFF;

    // +-----------+-----------------------------------+
    // |  seconds  |  fraction of a second, 18 bits    |
    // +-----------+-----------------------------------+

    /// <summary>The time of an instant on the sender's clock.</summary>
    public static AbsoluteSendTime FromInstant(Instant instant)
    {
        // 64 s of ticks times 2^18 stays below 2^63.
        const long wrapTicks = 64 * TimeSpan.TicksPerSecond;
        var ticks = instant.Ticks % wrapTicks;
        ticks = ticks < 0 ? ticks + wrapTicks : ticks;
        return new(unchecked((uint)((ticks << FractionBits) / TimeSpan.TicksPerSecond)) & Mask);
    }

    /// <summary>The time between two packets sent less than 32 s apart.</summary>
    public static TimeSpan operator -(AbsoluteSendTime left, AbsoluteSendTime right)
    {
        // The shift brings the sign of 24 bits to the top.
        long difference = unchecked((int)(left.Value - right.Value) << 8) >> 8;
        return new TimeSpan((difference * TimeSpan.TicksPerSecond) >> FractionBits);
    }

    /// <summary>Reads the time; false when it is cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out AbsoluteSendTime time)
    {
        if (data.Length < Bytes)
        {
            time = default;
            return false;
        }

        time = new AbsoluteSendTime((uint)((data[0] << 16) | (data[1] << 8) | data[2]));
        return true;
    }

    /// <summary>Writes the time; returns its bytes, 0 when it does not fit.</summary>
    public int Write(Span<byte> destination)
    {
        if (destination.Length < Bytes)
        {
            return 0;
        }

        destination[0] = unchecked((byte)(Value >> 16));
        destination[1] = unchecked((byte)(Value >> 8));
        destination[2] = unchecked((byte)Value);
        return Bytes;
    }
}
