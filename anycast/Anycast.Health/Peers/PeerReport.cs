namespace Anycast.Health.Peers;

/// <summary>What an anycastd tells the others of its PoP about its own node.</summary>
public enum PeerReport : byte
{
    /// <summary>The address is not announced here.</summary>
    Withdrawn,

    /// <summary>It is announced, and the last round found nothing wrong.</summary>
    Announcing,

    /// <summary>It is announced, but the last round was a bad one: nobody should count on it.</summary>
    Suspect,
}
