using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>Up to which index packets may be protected, and from which on more should be asked for.</summary>
/// <remarks>
/// Shape: what is below the mark needs one compare. The first index above it moves the mark to the end, and says so once: until more
/// is granted there is nothing to look at again but a refusal.
/// </remarks>
internal struct IndexLimit
{
    private readonly long _max;
    private long _mark;

    /// <summary>Makes one that limits nothing but the key's life.</summary>
    /// <param name="max">The last index of a key's life.</param>
    public IndexLimit(long max)
    {
        _max = max;
        _mark = max;
        Last = max;
    }

    /// <summary>The last index that may be used.</summary>
    public long Last { get; private set; }

    /// <summary>Whether more than the key's life limits it.</summary>
    public readonly bool IsLimited => Last < _max;

    /// <summary>Whether an index needs a look by <see cref="TryCross"/>.</summary>
    [HotPath]
    public readonly bool IsBeyondMark(long index) => index > _mark;

    /// <summary>An index above the mark may be used, or not; from now on only those above the last need a look.</summary>
    public bool TryCross(long index)
    {
        _mark = Last;
        return index <= Last;
    }

    /// <summary>Nothing above an index may be used, until it is granted.</summary>
    public void Begin(long last)
    {
        Last = Math.Min(Last, last);
        _mark = Last;
    }

    /// <summary>Nothing but the key's life limits it any more.</summary>
    public void Lift()
    {
        Last = _max;
        _mark = _max;
    }

    /// <summary>More may be used. Never less: what others hold may be used.</summary>
    /// <param name="last">The last index.</param>
    /// <param name="askAfter">The index above which more is asked for.</param>
    public void Grant(long last, long askAfter)
    {
        Last = Math.Max(Last, Math.Min(last, _max));
        // Also where it is no more than before: or nobody would ask again.
        _mark = Math.Min(askAfter, Last);
    }
}
