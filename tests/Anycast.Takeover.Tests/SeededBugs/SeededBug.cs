namespace Anycast.Takeover.Tests.SeededBugs;

/// <summary>A decision that is taken wrongly.</summary>
public enum SeededBug
{
    /// <summary>One voter's word decides.</summary>
    CountsOneVote,

    /// <summary>All voters have to agree: safe, and of no use.</summary>
    NeedsEveryVote,

    /// <summary>A voter does not remember that it granted an epoch, and takes words of lower ones.</summary>
    ForgetsPromise,

    /// <summary>A voter takes words of epochs that are over.</summary>
    TakesOldEpochs,

    /// <summary>A candidate keeps to the bounds that it knew itself.</summary>
    ForgetsBounds,

    /// <summary>A new owner begins at the bound instead of above it.</summary>
    BeginsAtBound,

    /// <summary>A jump is measured from what was sent, not from what the receiver is known to have.</summary>
    AddsJumpsUp,

    /// <summary>While voters are replaced, only those to come count.</summary>
    CountsNextOnly,

    /// <summary>While voters are replaced, only those of now count.</summary>
    CountsCurrentOnly,

    /// <summary>Voters are replaced before the old majority knows.</summary>
    EndsChangeAtOnce,

    /// <summary>What was written since counts as everything at a voter that has an older state, or another.</summary>
    TakesPartForWhole,

    /// <summary>A candidate does not take the newer view of who votes.</summary>
    KeepsOldView,

    /// <summary>An owner that hears of a higher epoch goes on.</summary>
    IgnoresHigherEpoch,

    /// <summary>An owner sends on after it told its last index.</summary>
    SendsAfterHandOver,

    /// <summary>A new owner goes on at the last index that was told, although another one may have owned the session since.</summary>
    TrustsOldHandOver,

    /// <summary>A node that restarted votes as if it were the one before.</summary>
    KeepsSeatOverRestart,
}
