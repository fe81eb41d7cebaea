using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>How many checks may still be passed on of which nobody here can say whether they are forged: of all, and of those that
/// come from one address.</summary>
/// <remarks>Addresses share places by a hash, of a key that each process has for itself. Threads: one.</remarks>
/// <param name="perSecond">How many of all.</param>
/// <param name="ofSource">How many of one place.</param>
internal sealed class SourceAllowance(int perSecond, int ofSource)
{
    private readonly Allowance[] _ofPlace = new Allowance[1024];
    private Allowance _all;

    /// <summary>Takes one; false when they are used up.</summary>
    [HotPath]
    public bool TryTake(in NetworkAddress source, Instant now)
    {
        var place = (uint)HashCode.Combine(source.WithPort(0)) % (uint)_ofPlace.Length;
        return _ofPlace[place].TryTake(1, ofSource, now) && _all.TryTake(1, perSecond, now);
    }
}
