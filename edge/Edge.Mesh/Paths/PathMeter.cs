using Edge.Mesh.Peers;
using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>Counts what comes over a path, whichever of its tracks it is of.</summary>
/// <remarks>Threads: any may note, one takes.</remarks>
public sealed class PathMeter
{
    private long _bytes;
    private long _quickest = long.MaxValue;
    private bool _hasReplay;

    /// <summary>Makes one for a node of a PoP.</summary>
    internal PathMeter(PeerPop peer) => Peer = peer;

    /// <summary>What is counted of the PoP that the path comes from.</summary>
    public PeerPop Peer { get; }

    /// <summary>A frame came.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="transit">When it came by this node's clock, less when it was sent by the other's.</param>
    /// <param name="isReplay">Whether it came out of a cache.</param>
    [HotPath]
    public void Note(int bytes, TimeSpan transit, bool isReplay = false)
    {
        if (isReplay)
        {
            Volatile.Write(ref _hasReplay, true);
        }

        Interlocked.Add(ref _bytes, bytes);
        var quickest = Volatile.Read(ref _quickest);
        while (transit.Ticks < quickest)
        {
            var seen = Interlocked.CompareExchange(ref _quickest, transit.Ticks, quickest);
            if (seen == quickest)
            {
                return;
            }

            quickest = seen;
        }
    }

    /// <summary>Takes what came since it was last asked.</summary>
    public PathSample Take() =>
        new(
            Interlocked.Exchange(ref _bytes, 0),
            new TimeSpan(Interlocked.Exchange(ref _quickest, long.MaxValue)),
            Interlocked.Exchange(ref _hasReplay, false)
        );
}
