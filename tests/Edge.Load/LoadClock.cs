using System.Diagnostics;
using Edge.Primitives;

namespace Edge.Load;

/// <summary>The run's one timeline. Threads: any; <see cref="Stamps"/> are the driver's.</summary>
internal sealed class LoadClock
{
    private readonly long _origin = Stopwatch.GetTimestamp();

    public LoadClock() =>
        Stamps = new StampReader(() =>
            DateTime.UtcNow - DateTime.UnixEpoch - new TimeSpan(Now.Ticks)
        );

    public Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>The kernel's stamps on it.</summary>
    public StampReader Stamps { get; }
}
