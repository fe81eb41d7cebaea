namespace Anycast.Takeover.Voting;

/// <summary>Up to where a state is written: by the owner of which epoch, and its how-manieth write.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Number">The write. Numbers go on from epoch to epoch, but what nobody stored may be another write in the next.</param>
/// <remarks>Two states with one mark are the same, but for bounds, which may be higher.</remarks>
public readonly record struct StateMark(long Epoch, long Number) : IComparable<StateMark>
{
    /// <summary>Before any write.</summary>
    public static readonly StateMark None;

    /// <inheritdoc/>
    public int CompareTo(StateMark other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    /// <summary>Whether one is behind another.</summary>
    public static bool operator <(StateMark left, StateMark right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is beyond another.</summary>
    public static bool operator >(StateMark left, StateMark right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not beyond another.</summary>
    public static bool operator <=(StateMark left, StateMark right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not behind another.</summary>
    public static bool operator >=(StateMark left, StateMark right) => left.CompareTo(right) >= 0;
}
