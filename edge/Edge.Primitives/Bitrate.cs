using System.Globalization;

namespace Edge.Primitives;

/// <summary>A rate in bits per second.</summary>
public readonly record struct Bitrate(long BitsPerSecond) : IComparable<Bitrate>
{
    /// <summary>No rate at all.</summary>
    public static readonly Bitrate Zero = new(0);

    /// <summary>No limit: above every rate. Nothing is to be added to it.</summary>
    public static readonly Bitrate Unlimited = new(long.MaxValue);

    /// <summary>A rate given in kilobits (1000 bits) per second.</summary>
    public static Bitrate FromKilobits(long kilobitsPerSecond) => new(kilobitsPerSecond * 1000);

    /// <summary>The rate at which so many bytes pass in a duration; zero for an empty duration.</summary>
    public static Bitrate FromBytes(long bytes, TimeSpan duration) =>
        duration.Ticks <= 0
            ? Zero
            : new((long)(bytes * 8.0 * TimeSpan.TicksPerSecond / duration.Ticks));

    /// <summary>Whole bytes that pass at this rate in a duration.</summary>
    public long BytesIn(TimeSpan duration) =>
        (long)(BitsPerSecond / 8.0 * duration.Ticks / TimeSpan.TicksPerSecond);

    /// <summary>The lower of two rates.</summary>
    public static Bitrate Min(Bitrate left, Bitrate right) => left < right ? left : right;

    /// <summary>The higher of two rates.</summary>
    public static Bitrate Max(Bitrate left, Bitrate right) => left > right ? left : right;

    /// <summary>The sum of two rates.</summary>
    public static Bitrate operator +(Bitrate left, Bitrate right) =>
        new(left.BitsPerSecond + right.BitsPerSecond);

    /// <summary>The rate scaled by a factor.</summary>
    public static Bitrate operator *(Bitrate rate, double factor) =>
        new((long)(rate.BitsPerSecond * factor));

    /// <summary>Whether one rate is lower than another.</summary>
    public static bool operator <(Bitrate left, Bitrate right) =>
        left.BitsPerSecond < right.BitsPerSecond;

    /// <summary>Whether one rate is higher than another.</summary>
    public static bool operator >(Bitrate left, Bitrate right) =>
        left.BitsPerSecond > right.BitsPerSecond;

    /// <summary>Whether one rate is not higher than another.</summary>
    public static bool operator <=(Bitrate left, Bitrate right) =>
        left.BitsPerSecond <= right.BitsPerSecond;

    /// <summary>Whether one rate is not lower than another.</summary>
    public static bool operator >=(Bitrate left, Bitrate right) =>
        left.BitsPerSecond >= right.BitsPerSecond;

    /// <inheritdoc/>
    public int CompareTo(Bitrate other) => BitsPerSecond.CompareTo(other.BitsPerSecond);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BitsPerSecond / 1000.0:0.#} kbit/s");
}
