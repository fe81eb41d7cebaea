using System.Diagnostics.CodeAnalysis;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding.Early;

/// <summary>A session that has no keys yet: to the node where its client's flow comes in, or to nobody.</summary>
/// <param name="peer">That node.</param>
/// <param name="peers">What is kept in mind of nodes.</param>
/// <param name="findHolder">The number of the node that has said to all that it has the session; null while none has.</param>
internal sealed class EarlyRule(HandOverPeer peer, IPeerMemory peers, Func<ushort?> findHolder)
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
                return GivingVerdict.IsThere;
            case HandOverResult.Refused refused:
                NoteRefusal(refused.Reason);
                return GivingVerdict.IsNowhere;
            default:
                return JudgeUnknown(result is HandOverResult.Unknown { IsNowhere: true });
        }
    }

    private GivingVerdict JudgeUnknown(bool isNowhere)
    {
        var holder = findHolder();
        if (holder == peer.Node)
        {
            return GivingVerdict.IsThere;
        }

        if (isNowhere)
        {
            // Another run of the node: what it said before holds no more.
            peers.Forget(peer);
        }
        else
        {
            peers.Exclude(peer.Node);
        }

        // No key is in use, so that the session can go on here; but not where the former run has taken it and given it on.
        return isNowhere && holder is null ? GivingVerdict.IsNowhere : GivingVerdict.IsUnknown;
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
