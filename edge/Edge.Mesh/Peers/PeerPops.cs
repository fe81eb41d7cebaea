namespace Edge.Mesh.Peers;

/// <summary>The other PoPs that this node has had to do with.</summary>
/// <remarks>Bounded: <see cref="PopsMax"/> have a place of their own, the first ones that come; all further ones are counted
/// together (<see cref="Others"/>). A place is kept, so that counters do not go back. Threads: one owner; any may read.</remarks>
public sealed class PeerPops
{
    /// <summary>Chosen: more PoPs than most have, and each is some two dozen series on every node.</summary>
    public const int PopsMax = 64;

    private PeerPop[] _known = [];

    /// <summary>All that had no place of their own, together. Threads: any.</summary>
    public PeerPop Others { get; } = new(number: null);

    /// <summary>Those that have a place, in the order in which they came. Threads: any.</summary>
    public ReadOnlySpan<PeerPop> Known => Volatile.Read(ref _known);

    /// <summary>The place of a PoP, a new one if there is room.</summary>
    public PeerPop Of(ushort number)
    {
        foreach (var known in _known)
        {
            if (known.Number == number)
            {
                return known;
            }
        }

        if (_known.Length >= PopsMax)
        {
            return Others;
        }

        var added = new PeerPop(number);
        // Readers have the list before or the one after.
        Volatile.Write(ref _known, [.. _known, added]);
        return added;
    }
}
