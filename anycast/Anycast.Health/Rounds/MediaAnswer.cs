namespace Anycast.Health.Rounds;

/// <summary>What the node's media addresses said to one probe; of several addresses, the worst.</summary>
public enum MediaAnswer : byte
{
    /// <summary>The probe was answered as a client's is.</summary>
    Answered,

    /// <summary>Nothing came in time, or the probe could not be sent.</summary>
    Silent,

    /// <summary>The kernel says that no socket has the port (ICMP port unreachable).</summary>
    Refused,
}
