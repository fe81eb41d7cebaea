namespace Anycast.Takeover.Voting;

/// <inheritdoc/>
internal sealed class SafetyRules : ISafetyRules
{
    /// <summary>They have no state.</summary>
    public static readonly SafetyRules Instance = new();

    /// <inheritdoc/>
    public bool MaySendAfterHandOver => false;

    /// <inheritdoc/>
    public bool IsMajority(int count, int voters) => count > voters / 2;

    /// <inheritdoc/>
    public bool IsDecided(bool byCurrent, bool byNext) => byCurrent && byNext;

    /// <inheritdoc/>
    public bool IsChangeOver(bool isStoredByBoth) => isStoredByBoth;

    /// <inheritdoc/>
    public long FirstIndex(long bound) => bound + 1;

    /// <inheritdoc/>
    // In the very next epoch nobody else can have sent in between.
    public long FirstIndex(long bound, long last, long handed, long won) =>
        won == handed + 1 ? last + 1 : FirstIndex(bound);

    /// <inheritdoc/>
    // RFC 3711 §3.3.1: of a jump of half the sequence numbers or more, the guess is the one behind.
    public long SendMax(long floor, long sent, long reach) => floor + reach - 1;

    /// <inheritdoc/>
    public bool IsRefused(long promised, long epoch) => epoch < promised;

    /// <inheritdoc/>
    public long Promise(long promised, long granted) => Math.Max(promised, granted);

    /// <inheritdoc/>
    public long MergeBound(long own, long heard) => Math.Max(own, heard);

    /// <inheritdoc/>
    // What this owner wrote is a prefix, and has all that former owners did; of another owner's writes only the very
    // same end is the same state.
    public bool IsContinued(StateMark own, StateMark from, long epoch) =>
        own.Epoch == epoch ? from.Epoch < epoch || own.Number >= from.Number : own == from;

    /// <inheritdoc/>
    public bool IsSameState(StateMark voted, StateMark adopted) => voted == adopted;

    /// <inheritdoc/>
    public bool IsNewerView(StateMark own, StateMark heard) => heard > own;

    /// <inheritdoc/>
    public bool IsDeposed(long own, long heard) => heard > own;
}
