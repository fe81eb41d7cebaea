using System.Diagnostics;
using Edge.Primitives;

namespace Edge.Load;

/// <summary>The run's one timeline.</summary>
internal sealed class LoadClock
{
    private readonly long _origin = Stopwatch.GetTimestamp();

    public Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);
}
