using Edge.Forwarding.Uplinks;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <summary>What a client was told is watched of its track: a layer that is wanted is said at once, one that
/// is not only when that lasts.</summary>
/// <remarks>Threads: any; one lock, held for no call.</remarks>
internal sealed class WantedLayers
{
    /// <summary>How long a layer is not watched before its client is told.</summary>
    public static readonly TimeSpan Patience = TrackLimit.LayerPatience;

    private readonly Lock _lock = new();
    private uint _told = uint.MaxValue;
    private Instant _fewerSince = Instant.Never;

    /// <summary>Notes what is watched now; true when the client is to be told.</summary>
    /// <param name="all">The layers there are, one bit each.</param>
    /// <param name="wanted">Those that are watched.</param>
    /// <param name="now">The time.</param>
    public bool TryTell(uint all, uint wanted, Instant now)
    {
        lock (_lock)
        {
            _told &= all;
            if ((wanted & ~_told) != 0)
            {
                // With those that are not told away yet.
                _told |= wanted;
                _fewerSince = Instant.Never;
                return true;
            }

            if (wanted == _told)
            {
                _fewerSince = Instant.Never;
                return false;
            }

            if (!_fewerSince.IsSet)
            {
                _fewerSince = now;
            }

            if (now - _fewerSince < Patience)
            {
                return false;
            }

            _told = wanted;
            _fewerSince = Instant.Never;
            return true;
        }
    }

    /// <summary>The layers that the client was last told, one bit each.</summary>
    public uint Told
    {
        get
        {
            lock (_lock)
            {
                return _told;
            }
        }
    }
}
