using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>The qualities of a track that live, the cheapest first, and the next better one that does not.</summary>
/// <remarks>Bounded: <see cref="StepsMax"/>; further ones are left out.</remarks>
public struct LayerSteps
{
    /// <summary>Most qualities of a track. Chosen: four simulcast layers with two frame rates each, or three spatial
    /// layers, and room.</summary>
    public const int StepsMax = 16;

    private Buffer _steps;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A layer that would be better than all of these, but is not sent; -1 for none. A publisher sends
    /// only what somebody wants.</summary>
    public int Dormant { get; internal set; }

    /// <summary>What <see cref="Dormant"/> would take, by what it took last, or a guess.</summary>
    public Bitrate DormantRate { get; internal set; }

    /// <summary>A step, 0 the cheapest.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ref readonly LayerStep this[int index] => ref _steps[index];

    /// <summary>The rate of the best step; zero without steps.</summary>
    public readonly Bitrate Most => Count == 0 ? Bitrate.Zero : _steps[Count - 1].Rate;

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        Count = 0;
        Dormant = -1;
        DormantRate = Bitrate.Zero;
    }

    /// <summary>Adds a better step. One that is better and cheaper than those before takes their place.</summary>
    internal void Add(in LayerStep step)
    {
        while (Count > 0 && _steps[Count - 1].Rate > step.Rate)
        {
            Count--;
        }

        if (Count < StepsMax)
        {
            _steps[Count++] = step;
        }
    }

    /// <summary>The place of a quality; -1 when it is not there.</summary>
    internal readonly int Find(in LayerStep wanted)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_steps[index].IsSameAs(wanted))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Leaves out what a viewer would rather not have at all; the best one stays.</summary>
    internal void DropBelow(Bitrate minimum)
    {
        var dropped = 0;
        while (dropped < Count - 1 && _steps[dropped].Rate < minimum)
        {
            dropped++;
        }

        for (var index = dropped; dropped > 0 && index < Count; index++)
        {
            _steps[index - dropped] = _steps[index];
        }

        Count -= dropped;
    }

    [InlineArray(StepsMax)]
    private struct Buffer
    {
        private LayerStep _first;
    }
}
