using System.Diagnostics;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>What is done for sessions that were written, and in which order, when it is known what becomes of them.</summary>
/// <remarks>Whoever drives it does what <see cref="Step"/> says, and says so. Threads: one at a time.</remarks>
internal sealed class GroupEnding
{
    private GroupEnding(GroupFate fate, ushort? holder, EndingStep first)
    {
        Fate = fate;
        Holder = holder;
        Step = first;
    }

    /// <summary>What becomes of them.</summary>
    public GroupFate Fate { get; }

    /// <summary>The number of the node that has them, to which goes what was held for them; null when nobody may have them.</summary>
    public ushort? Holder { get; }

    /// <summary>Whether nobody goes on with their TCP connections, though processes that refused them may have been given these: the
    /// node that has them, or may have them, is on another machine.</summary>
    public bool EndsConnections { get; private init; }

    /// <summary>What is to be done.</summary>
    public EndingStep Step { get; private set; }

    /// <summary>Another node has them. First of all it is noted: nothing that comes meanwhile finds nobody.</summary>
    public static GroupEnding Moved(ushort to) => new(GroupFate.Moved, to, EndingStep.NoteMoved);

    /// <summary>The same of a node that was asked.</summary>
    public static GroupEnding Moved(HandOverPeer peer) =>
        new(GroupFate.Moved, peer.Node, EndingStep.NoteMoved) { EndsConnections = !peer.IsHere };

    /// <summary>They were made anew here.</summary>
    public static GroupEnding Returned(ushort self) =>
        new(GroupFate.Returned, self, EndingStep.Forget);

    /// <summary>Nobody can be sure who has them: nothing that was held for them goes anywhere.</summary>
    public static GroupEnding Lost() => new(GroupFate.Lost, holder: null, EndingStep.Lose);

    /// <summary>The same where a node that was asked may have them.</summary>
    public static GroupEnding Lost(HandOverPeer peer) =>
        new(GroupFate.Lost, holder: null, EndingStep.Lose) { EndsConnections = !peer.IsHere };

    /// <summary>It is done.</summary>
    public void HandleDone() =>
        Step = Step switch
        {
            EndingStep.NoteMoved => EndingStep.Forget,
            EndingStep.Forget => EndingStep.Depart,
            EndingStep.Lose => EndingStep.Depart,
            EndingStep.Depart => EndingStep.Over,
            EndingStep.Over => throw new UnreachableException(),
            _ => throw new UnreachableException(),
        };
}
