namespace Anycast.Steering;

/// <summary>What one PoP tells another about a flow.</summary>
public enum CrossingKind : byte
{
    /// <summary>Nothing that this version knows.</summary>
    Unknown,

    /// <summary>A datagram that came here and belongs there.</summary>
    Datagram,

    /// <summary>The flow belongs to a session of the sender.</summary>
    Owned,

    /// <summary>The flow belongs to no session of the sender.</summary>
    Unowned,
}
