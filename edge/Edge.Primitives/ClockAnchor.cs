namespace Edge.Primitives;

/// <summary>The bridge from the monotonic timeline to wall time, for what must be sent as NTP time.</summary>
/// <remarks>
/// Taken once by whoever owns the clock and handed to the cores, so that a core never reads a wall
/// clock. Source: RFC 3550 §4 (NTP timestamps, 64-bit fixed point, seconds since 1900).
/// </remarks>
/// <param name="At">The instant at which the anchor was taken.</param>
/// <param name="Ntp">The NTP time at that instant.</param>
public readonly record struct ClockAnchor(Instant At, NtpTimestamp Ntp)
{
    /// <summary>The NTP time at an instant.</summary>
    public NtpTimestamp ToNtp(Instant now) => Ntp + (now - At);
}
