namespace Anycast.Takeover.Letters;

/// <summary>Why a word was refused.</summary>
internal enum RefusalReason : byte
{
    /// <summary>None that this version knows.</summary>
    None,

    /// <summary>A higher epoch has been promised.</summary>
    HigherEpoch,

    /// <summary>There is no such seat any more.</summary>
    NoSeat,

    /// <summary>The candidate is none of the voters.</summary>
    NoMember,

    /// <summary>The owner is there.</summary>
    OwnerIsThere,
}
