namespace Anycast.Daemon.Announcing;

/// <summary>What BIRD has of the address.</summary>
internal enum BirdState
{
    /// <summary>It is not known: BIRD was not asked yet, does not answer, or lacks a protocol.</summary>
    Unknown,

    /// <summary>No protocol runs.</summary>
    Withdrawn,

    /// <summary>Some run, or one starts or ends.</summary>
    Mixed,

    /// <summary>All run.</summary>
    Announced,
}
