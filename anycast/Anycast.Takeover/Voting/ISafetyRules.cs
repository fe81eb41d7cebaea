namespace Anycast.Takeover.Voting;

/// <summary>Every decision that safety rests on, each by itself (NOTES.md says what it is for).</summary>
/// <remarks>The tests replace them one at a time by a wrong one, and expect the simulation's checker to notice.</remarks>
internal interface ISafetyRules
{
    /// <summary>Whether so many of a set of voters are a majority of it.</summary>
    bool IsMajority(int count, int voters);

    /// <summary>Whether something is decided, by whether the voters of now have it and those to come.</summary>
    bool IsDecided(bool byCurrent, bool byNext);

    /// <summary>Whether a change of voters may end: those of both sides have stored that it began.</summary>
    bool IsChangeOver(bool isStoredByBoth);

    /// <summary>The first index of a new owner, above the highest bound that its majority knows.</summary>
    long FirstIndex(long bound);

    /// <summary>The first index of a new owner to whom the former one told its last, in epoch <paramref name="handed"/>.</summary>
    long FirstIndex(long bound, long last, long handed, long won);

    /// <summary>The last index that a receiver guesses right, whatever it has got since it told.</summary>
    long SendMax(long floor, long sent, long reach);

    /// <summary>Whether a voter that has promised an epoch takes no word of another.</summary>
    bool IsRefused(long promised, long epoch);

    /// <summary>What a voter has promised after it granted an epoch.</summary>
    long Promise(long promised, long granted);

    /// <summary>The bound that counts of one's own and one that was heard of.</summary>
    long MergeBound(long own, long heard);

    /// <summary>Whether a state may be written on from a mark; if not, the whole state has to come.</summary>
    bool IsContinued(StateMark own, StateMark from, long epoch);

    /// <summary>Whether a voter is known to have the very state that a new owner goes on from.</summary>
    bool IsSameState(StateMark voted, StateMark adopted);

    /// <summary>Whether a candidate takes another's view of who votes.</summary>
    bool IsNewerView(StateMark own, StateMark heard);

    /// <summary>Whether an owner that heard of an epoch has lost its session.</summary>
    bool IsDeposed(long own, long heard);

    /// <summary>Whether an owner that handed its session over may send on.</summary>
    bool MaySendAfterHandOver { get; }
}
