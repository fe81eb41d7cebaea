using Edge.Forwarding.Uplinks;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <summary>What a client was told is watched of its track: a layer that is wanted is said at once, one that
/// is not only when that lasts.</summary>
/// <remarks>Threads: any; one lock, held for no call.</remarks>
internal sealed partial class WantedLayers
{
    /// <summary>How long a layer is not watched before its client is told.</summary>
    public static readonly TimeSpan Patience = TrackLimit.LayerPatience;

    private readonly Lock _lock = new();
    private uint _told = uint.MaxValue;
    private Instant _otherSince = Instant.Never;
    private bool _isMissed;

    /// <summary>What was told may not have been heard: somebody listens only from now on. What is watched then is told
    /// once it lasts, news or not.</summary>
    public void Repeat()
    {
        lock (_lock)
        {
            _isMissed = true;
            _otherSince = Instant.Never;
        }
    }

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
                Tell(_told | wanted);
                return true;
            }

            if (wanted == _told && !_isMissed)
            {
                _otherSince = Instant.Never;
                return false;
            }

            if (!_otherSince.IsSet)
            {
                _otherSince = now;
            }

            if (now - _otherSince < Patience)
            {
                return false;
            }

            Tell(wanted);
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

    private void Tell(uint layers)
    {
        _told = layers;
        _otherSince = Instant.Never;
        _isMissed = false;
    }
}
