using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Transport;

/// <content>Indices that may be used only once others know of it.</content>
public sealed partial class PeerTransport
{
    private bool _isLimited;

    /// <summary>Whether nothing is sent under an index that was not granted.</summary>
    public bool IsLimited => _isLimited;

    /// <summary>Whether something was refused because its index was not granted, and nothing was granted since. Until then the peer
    /// says nothing at all: what is due waits, and media that is written is lost with its number.</summary>
    public bool HasLapsed => _srtp is { HasLapsed: true } || _dtls is { HasLapsed: true };

    /// <summary>Whether more should be granted, since <see cref="HandleAsked"/>.</summary>
    public bool IsWanting => _srtp is { IsWanting: true } || _dtls is { IsWanting: true };

    /// <summary>From now on nothing is sent under an index that was not granted (<see cref="Grant"/>), before there are keys
    /// as well. While the TLS library writes records those are free: nobody else has their keys.</summary>
    public void LimitIndices()
    {
        _isLimited = true;
        _srtp?.LimitIndices();
        _dtls.LimitNumbers();
    }

    /// <summary>Indices need not be granted any more: nobody would go on with the peer.</summary>
    public void LiftLimits()
    {
        _isLimited = false;
        _srtp?.LiftLimits();
        _dtls.LiftLimits();
    }

    /// <summary>Whether media may be sent under an SSRC, as far as that was granted; false before there are keys.</summary>
    public bool HasRoom(Ssrc ssrc) => _srtp?.HasRoom(ssrc) == true;

    /// <summary>Lets indices be used; see <see cref="SrtpSession.Grant"/>.</summary>
    /// <returns>False while there are no keys for it, and for one SSRC too many.</returns>
    public bool Grant(in IndexBound bound, long askAfter) =>
        bound.Space == IndexSpace.Record
            ? _dtls.Grant(bound.Last, askAfter)
            : _srtp is not null && _srtp.Grant(bound, askAfter);

    /// <summary>Adds how far all indices are used.</summary>
    public void ListIndices(ICollection<IndexUse> uses)
    {
        _srtp?.ListIndices(uses);
        if (_dtls.Numbers is { } numbers)
        {
            uses.Add(numbers);
        }
    }

    /// <summary>Adds the highest index of each source that was received of the peer.</summary>
    public void ListReceived(ICollection<IndexBound> received)
    {
        _srtp?.ListReceived(received);
        if (_dtls.ReceivedNumber is { } number)
        {
            received.Add(new(IndexSpace.Record, default, number));
        }
    }

    /// <summary>Counts every index of ours up to one as used.</summary>
    /// <returns>False while there are no keys for it, and for one SSRC too many.</returns>
    internal bool Advance(in IndexBound bound) =>
        bound.Space == IndexSpace.Record
            ? _dtls.Advance(bound.Last)
            : _srtp is not null && _srtp.Advance(bound);

    /// <summary>Counts every index of the peer up to one as received.</summary>
    /// <returns>False while there are no keys for it, and for one SSRC too many.</returns>
    internal bool AdvanceReceived(in IndexBound bound) =>
        bound.Space == IndexSpace.Record
            ? _dtls.AdvanceReceived(bound.Last)
            : _srtp is not null && _srtp.AdvanceReceived(bound);

    /// <summary>Notes that more was asked for.</summary>
    public void HandleAsked()
    {
        _srtp?.HandleAsked();
        _dtls.HandleAsked();
    }

    /// <summary>Whether anything may be protected now: it may be sent, and has not <see cref="HasLapsed"/>.</summary>
    [HotPath]
    internal bool MayProtect(Instant now) => !HasLapsed && MaySend(now);

    private SrtpSession CreateSession(SrtpKeyingMaterial keys)
    {
        var session = new SrtpSession(keys, _ciphers);
        session.ExpectSources(_sourcesExpected);
        if (_isLimited)
        {
            session.LimitIndices();
        }

        return session;
    }
}
