using System.Diagnostics;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>Whether a group is taken, and what is done until it is: all of it is, or nothing.</summary>
/// <remarks>Whoever drives it does what <see cref="Step"/> says, and says whether it could. Bounded by its steps. Threads: one at a
/// time.</remarks>
internal sealed class TakingCourse
{
    private readonly bool _isReturn;

    private TakingCourse(TakingStep first, bool isReturn = false)
    {
        _isReturn = isReturn;
        Step = first;
    }

    /// <summary>What is to be done.</summary>
    public TakingStep Step { get; private set; }

    /// <summary>Why it is not taken; null when it is, once it is over.</summary>
    public HandOverRefusal? Refusal { get; private set; }

    /// <summary>Whether it is over, and the group is taken.</summary>
    public bool IsTaken => Step == TakingStep.Over && Refusal is null;

    /// <summary>A letter of another node.</summary>
    public static TakingCourse OfLetter() => new(TakingStep.Consider);

    /// <summary>What this node wrote and nobody took: its sessions had their place here, and are known.</summary>
    public static TakingCourse OfReturn() => new(TakingStep.Read, isReturn: true);

    /// <summary>Sessions of a node that has ended suddenly, which nobody else can take: there is room for them, whatever there is.</summary>
    public static TakingCourse OfSurvivals() => new(TakingStep.Read);

    /// <summary>It is done, or could not be.</summary>
    public void HandleDone(bool isGood)
    {
        if (!isGood)
        {
            Refusal = ReasonOf(Step);
            Step = TakingStep.Over;
            return;
        }

        Step = Step switch
        {
            TakingStep.Consider => TakingStep.Open,
            TakingStep.Open => TakingStep.Reserve,
            TakingStep.Reserve => TakingStep.Read,
            TakingStep.Read => _isReturn ? TakingStep.Find : TakingStep.Compare,
            TakingStep.Compare => TakingStep.Find,
            TakingStep.Find => TakingStep.Enter,
            TakingStep.Enter => TakingStep.Resume,
            TakingStep.Resume => TakingStep.Know,
            TakingStep.Know => TakingStep.GoOn,
            TakingStep.GoOn => TakingStep.Over,
            TakingStep.Over => throw new UnreachableException(),
            _ => throw new UnreachableException(),
        };
    }

    private static HandOverRefusal ReasonOf(TakingStep step) =>
        step switch
        {
            TakingStep.Consider => HandOverRefusal.NotReady,
            TakingStep.Open or TakingStep.Read => HandOverRefusal.Unreadable,
            TakingStep.Reserve => HandOverRefusal.Full,
            TakingStep.Compare => HandOverRefusal.Known,
            TakingStep.Find => HandOverRefusal.Other,
            // Some of it is made: it is not refused any more.
            TakingStep.Enter
            or TakingStep.Resume
            or TakingStep.Know
            or TakingStep.GoOn
            or TakingStep.Over => throw new UnreachableException(),
            _ => throw new UnreachableException(),
        };
}
