namespace Edge.Protocol.Ice.Messages;

/// <summary>What a message in the outbox is.</summary>
internal enum IceOutgoingKind : byte
{
    /// <summary>A binding request of ours.</summary>
    Check,

    /// <summary>A success response.</summary>
    Success,

    /// <summary>An error response 487 (RFC 8445 §7.3.1.1).</summary>
    RoleConflict,

    /// <summary>An error response 420 (RFC 8489 §6.3.1).</summary>
    UnknownAttributes,
}
