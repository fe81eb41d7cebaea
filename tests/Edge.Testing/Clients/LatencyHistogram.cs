using System.Numerics;

namespace Edge.Testing.Clients;

/// <summary>Counts durations so that percentiles can be read: exact below 64 us, within 1/32 above.</summary>
public sealed class LatencyHistogram
{
    private const int Steps = 32;
    private const int StepBits = 5;
    private const int ExactBelow = 2 * Steps;
    private const long LongestMicroseconds = 1L << 30;

    private readonly long[] _counts = new long[IndexOf(LongestMicroseconds) + 1];

    /// <summary>How many durations were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts a duration; a negative one counts as none, a very long one as 18 minutes.</summary>
    public void Add(TimeSpan duration)
    {
        var microseconds = Math.Clamp(
            duration.Ticks / TimeSpan.TicksPerMicrosecond,
            0,
            LongestMicroseconds
        );
        _counts[IndexOf(microseconds)]++;
        Count++;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The shortest counted duration that at least this share of all does not exceed; zero when
    /// nothing was counted.</summary>
    public TimeSpan Percentile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var index = 0; index < _counts.Length && Count > 0; index++)
        {
            wanted -= _counts[index];
            if (wanted <= 0)
            {
                return TimeSpan.FromMicroseconds(ValueOf(index));
            }
        }

        return TimeSpan.Zero;
    }

    private static int IndexOf(long microseconds)
    {
        if (microseconds < ExactBelow)
        {
            return (int)microseconds;
        }

        // 64..127 are pairs of 32 steps, 128..255 fours, and so on.
        var shift = BitOperations.Log2((ulong)microseconds) - StepBits;
        return (shift * Steps) + (int)(microseconds >> shift);
    }

    private static long ValueOf(int index)
    {
        if (index < ExactBelow)
        {
            return index;
        }

        var shift = (index / Steps) - 1;
        return (long)((index % Steps) + Steps) << shift;
    }
}
