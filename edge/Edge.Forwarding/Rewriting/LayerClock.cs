using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <summary>Which wall-clock time a layer's timestamps stand for, by its last sender report
/// (RFC 3550 §6.4.1).</summary>
/// <param name="IsKnown">Whether a report came.</param>
/// <param name="Ntp">The report's wall-clock time.</param>
/// <param name="RtpTimestamp">The timestamp of the same moment.</param>
internal readonly record struct LayerClock(bool IsKnown, NtpTimestamp Ntp, uint RtpTimestamp)
{
    /// <summary>The wall-clock time of a timestamp.</summary>
    public NtpTimestamp CaptureOf(uint timestamp, uint clockRate) =>
        Ntp
        + new TimeSpan(
            unchecked((int)(timestamp - RtpTimestamp)) * TimeSpan.TicksPerSecond / clockRate
        );
}
