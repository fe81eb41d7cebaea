namespace Edge.Hosting.Tests.Support;

/// <summary>A clock that stands where a test sets it. It has no timers.</summary>
internal sealed class SetTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(double seconds) =>
        Interlocked.Add(ref _ticks, TimeSpan.FromSeconds(seconds).Ticks);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);
}
