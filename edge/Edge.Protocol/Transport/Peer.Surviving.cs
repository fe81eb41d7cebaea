using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Transport;

/// <content>How a peer goes on after a sudden end of the process that had it.</content>
public sealed partial class Peer
{
    /// <summary>Writes a portrait of the peer, which goes on as before: what another process needs to go on with it after a sudden end of
    /// this one (<see cref="PeerFactory.TryRevive"/>).</summary>
    /// <remarks>Datagrams and events that wait to be polled are not in it, and of data channels that were begun only which there are: they
    /// end, and the transport says so (<see cref="DataChannels.DataChannelEventKind.ChannelLost"/>). Whoever revives it has to know
    /// all that was granted since, too. Secret: what is written holds keys.</remarks>
    /// <returns><see cref="PeerCapture.Captured"/>, though it stays; otherwise nothing of the writer is to be used.</returns>
    public PeerCapture TryPortray(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var refusal = _transport.FindPortraitRefusal();
        if (refusal != PeerCapture.Captured)
        {
            return refusal;
        }

        var outer = writer.Begin();
        _transport.WritePortrait(writer);
        Receiver.Write(writer);
        Sender.WritePortrait(writer);
        writer.End(outer);
        return writer.IsTooLong ? PeerCapture.TooLong : PeerCapture.Captured;
    }

    /// <summary>Goes on from a portrait whose moments are aged: the peer counts as heard, numbers of what comes begin anew.</summary>
    internal void Revive(Instant now)
    {
        _transport.Revive(now);
        Receiver.BeginAnew();
        Sender.SkipNumbers();
    }

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
