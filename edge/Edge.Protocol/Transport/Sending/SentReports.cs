using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <summary>When the last sender reports left, so that a receiver report's echo gives the round trip.</summary>
/// <remarks>Bounded: the last <see cref="Count"/> reports; an older echo gives no measurement.</remarks>
internal sealed partial class SentReports
{
    private const int Count = 16;

    private readonly (uint Middle, Instant At)[] _reports = new (uint, Instant)[Count];
    private int _next;

    /// <summary>Notes a report that leaves now.</summary>
    public void Add(NtpTimestamp ntp, Instant now)
    {
        _reports[_next] = (ntp.Middle, now);
        _next = (_next + 1) % Count;
    }

    /// <summary>The round trip by RFC 3550 §6.4.1: arrival of the echo, less departure, less the delay
    /// at the other end.</summary>
    public bool TryMeasure(uint lastReport, uint delay, Instant now, out TimeSpan roundTrip)
    {
        roundTrip = default;
        if (lastReport == 0)
        {
            return false;
        }

        foreach (var (middle, at) in _reports)
        {
            if (middle == lastReport)
            {
                var held = new TimeSpan(delay * TimeSpan.TicksPerSecond / 65536);
                roundTrip = now - at - held;
                return roundTrip >= TimeSpan.Zero;
            }
        }

        return false;
    }
}
