namespace Control.Server.Placement;

/// <summary>Draws waits that differ, so that clients who are refused together do not come back together.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="random">The source.</param>
internal sealed class Jitter(Random random)
{
    private readonly Lock _lock = new();

    /// <summary>A wait between half and one and a half of another one.</summary>
    public TimeSpan Around(TimeSpan wait)
    {
        lock (_lock)
        {
            return wait * (0.5 + random.NextDouble());
        }
    }

    /// <summary>A number from 0 up to, not including, another one.</summary>
    public int Below(int count)
    {
        lock (_lock)
        {
            return random.Next(count);
        }
    }
}
