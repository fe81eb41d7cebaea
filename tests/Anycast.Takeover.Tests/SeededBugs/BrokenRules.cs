using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Tests.SeededBugs;

/// <summary>The rules with one of them wrong.</summary>
internal sealed class BrokenRules(SeededBug bug) : ISafetyRules
{
    private readonly SafetyRules _right = SafetyRules.Instance;

    public bool MaySendAfterHandOver => bug == SeededBug.SendsAfterHandOver;

    public bool IsMajority(int count, int voters) =>
        bug == SeededBug.CountsOneVote ? count > 0
        : bug == SeededBug.NeedsEveryVote ? count == voters
        : _right.IsMajority(count, voters);

    public bool IsDecided(bool byCurrent, bool byNext) =>
        bug == SeededBug.CountsNextOnly ? byNext
        : bug == SeededBug.CountsCurrentOnly ? byCurrent
        : _right.IsDecided(byCurrent, byNext);

    public bool IsChangeOver(bool isStoredByBoth) =>
        bug == SeededBug.EndsChangeAtOnce || _right.IsChangeOver(isStoredByBoth);

    public long FirstIndex(long bound) =>
        bug == SeededBug.BeginsAtBound ? bound : _right.FirstIndex(bound);

    public long FirstIndex(long bound, long last, long handed, long won) =>
        bug == SeededBug.TrustsOldHandOver ? last + 1 : _right.FirstIndex(bound, last, handed, won);

    public long SendMax(long floor, long sent, long reach) =>
        bug == SeededBug.AddsJumpsUp ? sent + reach - 1 : _right.SendMax(floor, sent, reach);

    public bool IsRefused(long promised, long epoch) =>
        bug != SeededBug.TakesOldEpochs && _right.IsRefused(promised, epoch);

    public long Promise(long promised, long granted) =>
        bug == SeededBug.ForgetsPromise ? promised : _right.Promise(promised, granted);

    public long MergeBound(long own, long heard) =>
        bug == SeededBug.ForgetsBounds ? own : _right.MergeBound(own, heard);

    public bool IsContinued(StateMark own, StateMark from, long epoch) =>
        bug == SeededBug.TakesPartForWhole || _right.IsContinued(own, from, epoch);

    public bool IsSameState(StateMark voted, StateMark adopted) =>
        bug == SeededBug.TakesPartForWhole || _right.IsSameState(voted, adopted);

    public bool IsNewerView(StateMark own, StateMark heard) =>
        bug != SeededBug.KeepsOldView && _right.IsNewerView(own, heard);

    public bool IsDeposed(long own, long heard) =>
        bug != SeededBug.IgnoresHigherEpoch && _right.IsDeposed(own, heard);
}
