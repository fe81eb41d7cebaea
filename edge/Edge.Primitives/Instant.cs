namespace Edge.Primitives;

/// <summary>A point on the monotonic timeline that drives every core.</summary>
/// <remarks>
/// Units: ticks of 100 ns, as in <see cref="TimeSpan"/>. Clock: an arbitrary origin chosen by whoever
/// drives the core (a shard or a simulation); never wall time, never compared across processes.
/// </remarks>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The origin of the timeline.</summary>
    public static readonly Instant Zero = new(0);

    /// <summary>A deadline that is not set. Every other instant is earlier.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>True unless this is <see cref="Never"/>.</summary>
    public bool IsSet => Ticks != long.MaxValue;

    /// <summary>The earlier of two deadlines.</summary>
    public static Instant Min(Instant left, Instant right) =>
        left.Ticks <= right.Ticks ? left : right;

    /// <summary>The later of two instants.</summary>
    public static Instant Max(Instant left, Instant right) =>
        left.Ticks >= right.Ticks ? left : right;

    /// <summary>An instant this many milliseconds after the origin.</summary>
    public static Instant FromMilliseconds(double milliseconds) =>
        new((long)(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>The instant a duration later; <see cref="Never"/> stays never.</summary>
    public static Instant operator +(Instant instant, TimeSpan duration) =>
        instant.IsSet ? new(instant.Ticks + duration.Ticks) : Never;

    /// <summary>The instant a duration earlier; <see cref="Never"/> stays never.</summary>
    public static Instant operator -(Instant instant, TimeSpan duration) =>
        instant.IsSet ? new(instant.Ticks - duration.Ticks) : Never;

    /// <summary>The duration from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static TimeSpan operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);

    /// <summary>Whether one instant is earlier than another.</summary>
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    /// <summary>Whether one instant is later than another.</summary>
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    /// <summary>Whether one instant is not later than another.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    /// <summary>Whether one instant is not earlier than another.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <inheritdoc/>
    public override string ToString() =>
        IsSet
            ? string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{(double)Ticks / TimeSpan.TicksPerMillisecond:0.0000} ms"
            )
            : "never";
}
