using System.Collections.Immutable;

namespace Edge.Primitives;

/// <summary>How values were spread: how many, and their sum, up to each limit.</summary>
/// <remarks>Bounded: by its limits. Threads: one writes; others read single numbers, which are whole on 64-bit machines.
/// </remarks>
public sealed class Histogram
{
    private readonly long[] _counts;
    private readonly double[] _sums;

    /// <summary>Makes an empty one.</summary>
    /// <param name="limits">The upper limits, growing; what is above the last is kept, too.</param>
    /// <exception cref="ArgumentException">There are no limits, or they do not grow.</exception>
    public Histogram(params ReadOnlySpan<double> limits)
    {
        if (limits.IsEmpty)
        {
            throw new ArgumentException("There must be a limit.", nameof(limits));
        }

        for (var index = 1; index < limits.Length; index++)
        {
            if (!(limits[index] > limits[index - 1]))
            {
                throw new ArgumentException("Limits must grow.", nameof(limits));
            }
        }

        Limits = [.. limits];
        _counts = new long[limits.Length + 1];
        _sums = new double[limits.Length + 1];
    }

    /// <summary>The upper limits; a value that is equal to one is below it.</summary>
    public ImmutableArray<double> Limits { get; }

    /// <summary>How many values lie below each limit and above the one before; the last: above all.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The sums of those values.</summary>
    public ReadOnlySpan<double> Sums => _sums;

    /// <summary>Notes a value.</summary>
    public void Note(double value)
    {
        var index = 0;
        while (index < Limits.Length && value > Limits[index])
        {
            index++;
        }

        _sums[index] += value;
        _counts[index]++;
    }

    /// <summary>Adds what another one of the same limits holds.</summary>
    /// <exception cref="ArgumentException">Its limits are others.</exception>
    public void Add(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Limits.AsSpan().SequenceEqual(other.Limits.AsSpan()))
        {
            throw new ArgumentException("The limits differ.", nameof(other));
        }

        for (var index = 0; index < _counts.Length; index++)
        {
            _sums[index] += other._sums[index];
            _counts[index] += other._counts[index];
        }
    }
}
