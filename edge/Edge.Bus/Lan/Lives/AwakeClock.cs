namespace Edge.Bus.Lan.Lives;

/// <summary>A clock that stands still while this process does not run, so that it does not take its peers for dead when it wakes.</summary>
/// <remarks>Sans-IO. It is read again and again; between two readings no more passes than a bound.</remarks>
/// <param name="stepMax">The most that passes between two readings.</param>
/// <param name="now">The time at first, of a clock that goes on.</param>
internal sealed class AwakeClock(TimeSpan stepMax, TimeSpan now)
{
    private TimeSpan _readAt = now;
    private TimeSpan _now;

    /// <summary>What it says.</summary>
    /// <param name="now">The time of the clock that goes on.</param>
    internal TimeSpan Read(TimeSpan now)
    {
        var passed = now - _readAt;
        _readAt = now;
        _now += passed < stepMax ? passed : stepMax;
        return _now;
    }
}
