namespace Edge.Primitives;

/// <summary>A 64-bit NTP timestamp: seconds since 1900 in 32.32 fixed point (RFC 3550 §4).</summary>
public readonly record struct NtpTimestamp(ulong Value)
{
    private const double TicksPerSecond = TimeSpan.TicksPerSecond;

    /// <summary>Days from 1900-01-01, the NTP epoch, to 1970-01-01, in seconds.</summary>
    private const ulong UnixEpochSeconds = 2_208_988_800;

    /// <summary>The middle 32 bits, as report blocks carry them (RFC 3550 §6.4.1, LSR).</summary>
    public uint Middle => unchecked((uint)(Value >> 16));

    /// <summary>The timestamp of a wall-clock time.</summary>
    public static NtpTimestamp FromUnixTime(TimeSpan sinceUnixEpoch)
    {
        var seconds = (ulong)(sinceUnixEpoch.Ticks / TimeSpan.TicksPerSecond);
        var fraction = (ulong)(sinceUnixEpoch.Ticks % TimeSpan.TicksPerSecond);
        return new(
            unchecked((seconds + UnixEpochSeconds) << 32)
                | ((fraction << 32) / TimeSpan.TicksPerSecond)
        );
    }

    /// <summary>The timestamp a (possibly negative) duration later.</summary>
    public static NtpTimestamp operator +(NtpTimestamp timestamp, TimeSpan duration) =>
        new(
            unchecked(
                timestamp.Value + (ulong)(long)(duration.Ticks * (4294967296.0 / TicksPerSecond))
            )
        );

    /// <summary>The duration between two timestamps less than 68 years apart.</summary>
    public static TimeSpan operator -(NtpTimestamp left, NtpTimestamp right) =>
        new((long)(unchecked((long)(left.Value - right.Value)) * (TicksPerSecond / 4294967296.0)));
}
