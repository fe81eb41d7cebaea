namespace Edge.Protocol.Ice;

/// <summary>What an agent made of a datagram. Everything but <see cref="Accepted"/> and
/// <see cref="Refused"/> changed nothing and is not answered.</summary>
public enum IceInput : byte
{
    /// <summary>An authenticated check or response was taken.</summary>
    Accepted,

    /// <summary>An authenticated request was answered with an error (420 or 487).</summary>
    Refused,

    /// <summary>Not a STUN message.</summary>
    Malformed,

    /// <summary>A STUN message of another method, or an indication.</summary>
    NotACheck,

    /// <summary>FINGERPRINT is there and wrong.</summary>
    BadFingerprint,

    /// <summary>USERNAME is missing or names another agent.</summary>
    UnknownUsername,

    /// <summary>MESSAGE-INTEGRITY is missing or wrong.</summary>
    BadIntegrity,

    /// <summary>A response to nothing that was asked, or from another address than was asked.</summary>
    UnknownTransaction,

    /// <summary>The agent has failed and answers no more until it is restarted.</summary>
    AgentFailed,
}
