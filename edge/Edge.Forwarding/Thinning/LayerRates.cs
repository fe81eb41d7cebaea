using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>What the pairs of layers within one encoding take, measured over the last second.</summary>
/// <remarks>Shape: all that a viewer capped to a pair is sent, so the rate of a pair includes what it builds
/// on.</remarks>
public struct LayerRates
{
    private Rates _rates;

    /// <summary>The pairs that the publisher sends, one bit each (<see cref="LayerCell.Bit"/>); 0 where the
    /// packets tell nothing of layers.</summary>
    public ushort Present { get; internal set; }

    /// <summary>The same, and where nothing comes now, what came last: a publisher whose packets nobody here
    /// takes has its layers nevertheless.</summary>
    public ushort Known { get; internal set; }

    /// <summary>Whether the rates are known: not in the first quarter of a second.</summary>
    public bool IsMeasured { get; internal set; }

    /// <summary>Whether a pair is sent.</summary>
    public readonly bool Has(LayerCell cell) => (Present & cell.Bit) != 0;

    /// <summary>What a viewer capped to a pair is sent.</summary>
    public readonly Bitrate Of(LayerCell cell) => new(_rates[cell.Index]);

    internal void Set(int index, Bitrate rate) => _rates[index] = rate.BitsPerSecond;

    [InlineArray(LayerCell.Count)]
    private struct Rates
    {
        private long _first;
    }
}
