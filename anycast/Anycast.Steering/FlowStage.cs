namespace Anycast.Steering;

/// <summary>What a datagram without a user name has to do with the beginning of a session at its address.</summary>
public enum FlowStage : byte
{
    /// <summary>Nothing: it is of who is proved to be there.</summary>
    Established,

    /// <summary>It is of a handshake, or answers a check: of who is not proved yet, if there is one.</summary>
    Opening,
}
