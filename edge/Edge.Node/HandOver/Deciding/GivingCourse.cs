using System.Diagnostics;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>Who is given a group that is written, and what follows from each answer.</summary>
/// <remarks>Whoever drives it does what <see cref="Step"/> says, and says what came of it. Bounded by the nodes that its rule knows.
/// Threads: one at a time.</remarks>
internal sealed class GivingCourse
{
    private readonly IGivingRule _rule;
    private readonly ushort _self;

    /// <summary>Makes that of a group.</summary>
    /// <param name="rule">To whom it is given.</param>
    /// <param name="self">The number of this node.</param>
    public GivingCourse(IGivingRule rule, ushort self)
    {
        _rule = rule;
        _self = self;
        Choose();
    }

    /// <summary>What is to be done.</summary>
    public GivingStep Step { get; private set; }

    /// <summary>Who is given it; null when nobody is.</summary>
    public HandOverPeer? Peer { get; private set; }

    /// <summary>What is done at its end; null before.</summary>
    public GroupEnding? Ending { get; private set; }

    /// <summary>A node that was given it answered, or did not.</summary>
    public void HandleResult(HandOverResult result)
    {
        if (Step != GivingStep.Send || Peer is not { } peer)
        {
            throw new UnreachableException();
        }

        switch (_rule.Judge(peer, result))
        {
            case GivingVerdict.IsThere:
                End(GroupEnding.Moved(peer));
                break;
            case GivingVerdict.IsNowhere:
                Choose();
                break;
            case GivingVerdict.IsUnknown:
            default:
                End(GroupEnding.Lost(peer));
                break;
        }
    }

    /// <summary>It was made anew here, or that could not be.</summary>
    public void HandleReturned(bool isHere)
    {
        if (Step != GivingStep.Return)
        {
            throw new UnreachableException();
        }

        End(isHere ? GroupEnding.Returned(_self) : GroupEnding.Lost());
    }

    /// <summary>An error of ours befell what was to be done: of how far it came nothing is known.</summary>
    public void HandleFailed() => End(GroupEnding.Lost());

    private void Choose()
    {
        Step = _rule.TryChoose(out var peer) ? GivingStep.Send : GivingStep.Return;
        Peer = peer;
    }

    private void End(GroupEnding ending)
    {
        Step = GivingStep.End;
        Ending = ending;
    }
}
