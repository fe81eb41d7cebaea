using System.Diagnostics.CodeAnalysis;

namespace Edge.Node.HandOver.Deciding;

/// <summary>A session that has no keys yet: to the node where its client's flow comes in, or to nobody.</summary>
/// <param name="peer">That node.</param>
/// <param name="peers">What is kept in mind of nodes.</param>
/// <param name="isThere">Whether that node has said to all that it has the session, though not to who gave it.</param>
internal sealed class EarlyRule(HandOverPeer peer, IPeerMemory peers, Func<bool> isThere)
    : IGivingRule
{
    private bool _isTried;

    /// <inheritdoc/>
    public bool TryChoose([NotNullWhen(true)] out HandOverPeer? chosen)
    {
        chosen = _isTried ? null : peer;
        _isTried = true;
        return chosen is not null;
    }

    /// <inheritdoc/>
    public GivingVerdict Judge(HandOverPeer asked, HandOverResult result)
    {
        switch (result)
        {
            case HandOverResult.Taken:
            case HandOverResult.Unknown when isThere():
                return GivingVerdict.IsThere;
            case HandOverResult.Refused refused:
                NoteRefusal(refused.Reason);
                return GivingVerdict.IsNowhere;
            case HandOverResult.Unknown { IsNowhere: true }:
                // Another run of the node: what it said before holds no more. No key is in use.
                peers.Forget(peer);
                return GivingVerdict.IsNowhere;
            default:
                peers.Exclude(peer.Node);
                return GivingVerdict.IsUnknown;
        }
    }

    /// <summary>What is said of one session, or for a moment, says nothing of the next.</summary>
    private void NoteRefusal(HandOverRefusal reason)
    {
        if (reason is HandOverRefusal.NotReady or HandOverRefusal.Full or HandOverRefusal.NotSent)
        {
            peers.Exclude(peer.Node);
        }
        else if (reason == HandOverRefusal.NoTicket)
        {
            peers.Forget(peer);
        }
    }
}
