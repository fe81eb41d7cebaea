using System.Diagnostics;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Early;

namespace Edge.Node.HandOver.Deciding.Early;

/// <summary>A session on its way to where its client's flow comes in, before anything begins.</summary>
/// <remarks>Whoever drives it does what <see cref="Step"/> says, and says what came of it. Whatever is in the way, the session goes on
/// here. Bounded by its steps. Threads: one at a time.</remarks>
internal sealed class EarlyCourse
{
    /// <summary>What is to be done.</summary>
    public EarlyStep Step { get; private set; } = EarlyStep.Find;

    /// <summary>What became of it, once that is known.</summary>
    public EarlyMoveOutcome Outcome { get; private set; }

    /// <summary>The node that is given it; null before it was found.</summary>
    public HandOverPeer? Peer { get; private set; }

    /// <summary>Whether it was written: then it does nothing here any more.</summary>
    public bool IsWritten => Step == EarlyStep.Give;

    /// <summary>Its turn did not come: as many are on their way as may be.</summary>
    public void HandleCrowded() => Release(EarlyMoveOutcome.Busy);

    /// <summary>The node was asked.</summary>
    /// <param name="peer">What it said; null when it takes none, or does not answer.</param>
    public void HandleFound(HandOverPeer? peer)
    {
        Peer = peer;
        if (peer is null)
        {
            Release(EarlyMoveOutcome.NoPlace);
        }
        else
        {
            Step = EarlyStep.Write;
        }
    }

    /// <summary>It is written, or could not be.</summary>
    public void HandleWritten(bool isWritten)
    {
        if (isWritten)
        {
            Step = EarlyStep.Give;
        }
        else
        {
            Release(EarlyMoveOutcome.Held);
        }
    }

    /// <summary>It is known what became of what was written.</summary>
    public void HandleGiven(GroupFate fate)
    {
        Step = EarlyStep.Over;
        Outcome = fate switch
        {
            GroupFate.Moved => EarlyMoveOutcome.Moved,
            GroupFate.Returned => EarlyMoveOutcome.Returned,
            GroupFate.Lost => EarlyMoveOutcome.Lost,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>An error of ours befell it: what is written goes on nowhere, for nobody can be sure of it.</summary>
    public void HandleFailed()
    {
        if (IsWritten)
        {
            HandleGiven(GroupFate.Lost);
        }
        else
        {
            Release(EarlyMoveOutcome.NoPlace);
        }
    }

    /// <summary>It goes on here.</summary>
    public void HandleReleased() => Step = EarlyStep.Over;

    private void Release(EarlyMoveOutcome outcome)
    {
        Step = EarlyStep.Release;
        Outcome = outcome;
    }
}
