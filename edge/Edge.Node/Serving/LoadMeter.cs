namespace Edge.Node.Serving;

/// <summary>Measures which share of the machine's processors this process uses, smoothed.</summary>
/// <remarks>Threads: one at a time.</remarks>
/// <param name="time">The clock.</param>
/// <param name="readProcessorTime">Processor time of the process since its start, all threads together.</param>
/// <param name="processors">How many processors it may use.</param>
internal sealed class LoadMeter(TimeProvider time, Func<TimeSpan> readProcessorTime, int processors)
{
    // Chosen: half of a change shows after two seconds, so that one busy second moves no clients.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);

    private long _measuredAt = time.GetTimestamp();
    private TimeSpan _used = readProcessorTime();

    /// <summary>The share, 0 to 1, as of the last look.</summary>
    public double Share { get; private set; }

    /// <summary>Looks again.</summary>
    public void Measure()
    {
        var now = time.GetTimestamp();
        var used = readProcessorTime();
        var elapsed = time.GetElapsedTime(_measuredAt, now);
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        var sample = (used - _used) / (elapsed * processors);
        var weight = 1 - Math.Exp(-(elapsed / Memory));
        Share = Math.Clamp(Share + (weight * (sample - Share)), 0, 1);
        _measuredAt = now;
        _used = used;
    }
}
