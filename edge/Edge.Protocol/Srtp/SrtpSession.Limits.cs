using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <content>Indices that may be used only once others know of it, so that whoever goes on after a sudden end begins above them.</content>
public sealed partial class SrtpSession
{
    private IndexLimit _rtcpLimit = new(RtcpIndexMax);
    private bool _isLimited;

    /// <summary>Whether a packet was refused because its index was not granted, and nothing was granted since. What was refused is
    /// lost: its number is never protected later by itself.</summary>
    public bool HasLapsed { get; private set; }

    /// <summary>Whether the mark of a grant was passed since <see cref="HandleAsked"/>, so that more should be granted.</summary>
    public bool IsWanting { get; private set; }

    /// <summary>From now on nothing is protected under an index that was not granted (<see cref="Grant"/>), under SSRCs that were
    /// never sent neither. What is granted already stays so.</summary>
    public void LimitIndices()
    {
        if (_isLimited)
        {
            return;
        }

        _isLimited = true;
        _rtcpLimit.Begin(_rtcpIndex);
        foreach (var (_, window) in _rtpSent.ToSorted())
        {
            window.Limit.Begin(window.Highest);
        }
    }

    /// <summary>Whatever is to be sent may be again.</summary>
    public void LiftLimits()
    {
        _isLimited = false;
        HasLapsed = false;
        IsWanting = false;
        _rtcpLimit.Lift();
        foreach (var (_, window) in _rtpSent.ToSorted())
        {
            window.Limit.Lift();
        }
    }

    /// <summary>Whether a packet may be sent under an SSRC, as far as that was granted.</summary>
    public bool HasRoom(Ssrc ssrc) =>
        !_isLimited
        || (_rtpSent.Find(ssrc.Value) is { } window && window.Limit.Last > window.Highest);

    /// <summary>Lets indices be used.</summary>
    /// <param name="bound">Which, of RTP or RTCP. An index that was granted stays so, whatever comes later.</param>
    /// <param name="askAfter">The index above which more is wanted (<see cref="IsWanting"/>).</param>
    /// <returns>False for one SSRC too many.</returns>
    public bool Grant(in IndexBound bound, long askAfter)
    {
        if (!_isLimited)
        {
            return true;
        }

        HasLapsed = false;
        if (bound.Space != IndexSpace.Rtp)
        {
            _rtcpLimit.Grant(bound.Last, askAfter);
            return true;
        }

        if (_rtpSent.Find(bound.Ssrc.Value) is not { } window)
        {
            if (_rtpSent.IsFull)
            {
                return false;
            }

            window = _rtpSent.Add(bound.Ssrc.Value);
            window.Limit.Begin(-1);
        }

        window.Limit.Grant(bound.Last, askAfter);
        return true;
    }

    /// <summary>Adds how far the indices of RTP and RTCP are used.</summary>
    public void ListIndices(ICollection<IndexUse> uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        uses.Add(new(new(IndexSpace.Rtcp, default, _rtcpLimit.Last), _rtcpIndex));
        foreach (var (ssrc, window) in _rtpSent.ToSorted())
        {
            uses.Add(new(new(IndexSpace.Rtp, new Ssrc(ssrc), window.Limit.Last), window.Highest));
        }
    }

    /// <summary>Notes that more was asked for.</summary>
    public void HandleAsked() => IsWanting = false;

    /// <summary>Looks at an index above the mark of its limit.</summary>
    private bool TryCross(ref IndexLimit limit, long index)
    {
        IsWanting |= limit.IsLimited;
        if (limit.TryCross(index))
        {
            return true;
        }

        HasLapsed |= limit.IsLimited;
        return false;
    }

    /// <summary>Whether an SSRC that was neither sent nor granted may be sent.</summary>
    private bool MayBegin()
    {
        IsWanting |= _isLimited;
        HasLapsed |= _isLimited;
        return !_isLimited && !_rtpSent.IsFull;
    }
}
