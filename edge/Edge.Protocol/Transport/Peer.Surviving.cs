using Edge.Protocol.Srtp;

namespace Edge.Protocol.Transport;

/// <content>How a peer goes on after a sudden end of the process that had it.</content>
public sealed partial class Peer
{
    /// <summary>Counts every index up to one as used, by media and its repairs too: the former owner may have sent it. Say it of all that it
    /// was granted, before anything is sent.</summary>
    /// <remarks>The forwarder's numbers go on behind it by themselves: tell it, too
    /// (<c>Subscription.Survive</c>).</remarks>
    /// <returns>False while there are no keys for it, and for one SSRC too many.</returns>
    public bool Advance(in IndexBound bound)
    {
        if (bound.Space == IndexSpace.Rtp)
        {
            Sender.Advance(bound);
        }

        return _transport.Advance(bound);
    }

    /// <summary>Counts every index of the peer up to one as received. An older one than what was received is
    /// dangerous only to media (<see cref="SrtpSession.AdvanceReceived"/>).</summary>
    /// <returns>False while there are no keys for it, and for one SSRC too many.</returns>
    public bool AdvanceReceived(in IndexBound bound) => _transport.AdvanceReceived(bound);
}
