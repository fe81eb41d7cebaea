namespace Anycast.Steering;

/// <summary>What reading an owner code gave.</summary>
public enum OwnerCodeStatus : byte
{
    /// <summary>Made by a holder of the key: the owner is as said.</summary>
    Ok,

    /// <summary>Not of the length or alphabet of a code.</summary>
    NotACode,

    /// <summary>Of a version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>The key is not in the ring. The owner is told, unverified: for another PoP that is the
    /// usual case when its keys are not shared.</summary>
    UnknownKey,

    /// <summary>Made without the key, or changed since.</summary>
    BadMac,
}
