using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <content>How it goes on after a sudden end of the process that had it, from what was written some time before.</content>
public sealed partial class SrtpSession
{
    /// <summary>Counts every index of ours up to one as used: the former owner may have sent it. Never goes back.</summary>
    /// <returns>False for one SSRC too many.</returns>
    public bool Advance(in IndexBound bound)
    {
        if (bound.Space == IndexSpace.Rtp)
        {
            return _rtpSent.Advance(bound.Ssrc.Value, Math.Min(bound.Last, SrtpIndex.Max));
        }

        _rtcpIndex = (uint)Math.Clamp(bound.Last, _rtcpIndex, RtcpIndexMax);
        return true;
    }

    /// <summary>Adds the highest index of each SSRC that was received of the peer, of RTP and of RTCP.</summary>
    public void ListReceived(ICollection<IndexBound> received)
    {
        ArgumentNullException.ThrowIfNull(received);
        Add(received, IndexSpace.Rtp, _rtpReceived);
        Add(received, IndexSpace.Rtcp, _rtcpReceived);
    }

    /// <summary>Counts every index of the peer up to one as received, so that none is taken twice, and so that the rollover counter of
    /// RTP is guessed from there: from what is 2^15 packets old it would be guessed wrong.</summary>
    /// <returns>False for one SSRC too many.</returns>
    public bool AdvanceReceived(in IndexBound bound) =>
        bound.Space == IndexSpace.Rtp
            ? _rtpReceived.Advance(bound.Ssrc.Value, Math.Min(bound.Last, SrtpIndex.Max))
            : _rtcpReceived.Advance(bound.Ssrc.Value, Math.Min(bound.Last, RtcpIndexMax));

    private static void Add(
        ICollection<IndexBound> received,
        IndexSpace space,
        ReplayWindows windows
    )
    {
        foreach (var (ssrc, window) in windows.ToSorted())
        {
            received.Add(new(space, new Ssrc(ssrc), window.Highest));
        }
    }
}
