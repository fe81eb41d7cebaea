using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>Which layers a viewer got from which picture on, for packets that come late or go again.</summary>
/// <remarks>Bounded: the last <see cref="ChangesMax"/> changes; before them what was before the oldest.</remarks>
internal partial struct CellHistory
{
    /// <summary>Changes remembered; a power of two. Chosen: more than allocation makes within the second
    /// that packets may be late.</summary>
    public const int ChangesMax = 8;

    private Changes _changes;
    private LayerCell _before;
    private int _count;

    /// <summary>Begins anew with what is taken before the first change.</summary>
    public void Restart(LayerCell before)
    {
        _before = before;
        _count = 0;
    }

    /// <summary>From a picture on other layers are taken.</summary>
    [HotPath]
    public void Add(uint timestamp, LayerCell cell)
    {
        if (_count > 0 && Last.Timestamp == timestamp)
        {
            Last = new(timestamp, cell);
            return;
        }

        if (_count == ChangesMax)
        {
            _before = _changes[0].Cell;
            ((Span<CellChange>)_changes)[1..].CopyTo(_changes);
            _count--;
        }

        _changes[_count++] = new(timestamp, cell);
    }

    /// <summary>What is taken of a picture.</summary>
    /// <param name="timestamp">The picture's timestamp as received.</param>
    /// <param name="isChange">Whether it is the first of which that is taken.</param>
    [HotPath]
    public readonly LayerCell At(uint timestamp, out bool isChange)
    {
        for (var index = _count - 1; index >= 0; index--)
        {
            var age = unchecked((int)(timestamp - _changes[index].Timestamp));
            if (age >= 0)
            {
                isChange = age == 0;
                return _changes[index].Cell;
            }
        }

        isChange = false;
        return _before;
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref CellChange Last => ref _changes[_count - 1];

    private readonly record struct CellChange(uint Timestamp, LayerCell Cell);

    [InlineArray(ChangesMax)]
    private struct Changes
    {
        private CellChange _first;
    }
}
