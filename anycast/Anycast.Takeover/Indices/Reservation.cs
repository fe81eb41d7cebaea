namespace Anycast.Takeover.Indices;

/// <summary>What is known of a stream's indices by who stores them.</summary>
/// <param name="Bound">The highest index that an owner may send once a majority stores this; one below the first while
/// there is none.</param>
/// <param name="Floor">The highest index that the receiver is known to have.</param>
internal readonly record struct Reservation(long Bound, long Floor);
