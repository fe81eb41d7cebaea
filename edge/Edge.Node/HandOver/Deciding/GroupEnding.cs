using System.Diagnostics;

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

    /// <summary>What is to be done.</summary>
    public EndingStep Step { get; private set; }

    /// <summary>Another node has them. First of all it is noted: nothing that comes meanwhile finds nobody.</summary>
    public static GroupEnding Moved(ushort to) => new(GroupFate.Moved, to, EndingStep.NoteMoved);

    /// <summary>They were made anew here.</summary>
    public static GroupEnding Returned(ushort self) =>
        new(GroupFate.Returned, self, EndingStep.Forget);

    /// <summary>Nobody can be sure who has them: nothing that was held for them goes anywhere.</summary>
    public static GroupEnding Lost() => new(GroupFate.Lost, holder: null, EndingStep.Lose);

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
