namespace Edge.Protocol.Ice;

/// <summary>How far an agent has come.</summary>
/// <remarks>
/// One component, so the states of RFC 8445 §6.1.2.1 (Running, Completed, Failed) are refined by what
/// a transport above needs to know; consent is RFC 7675 §5.1.
/// </remarks>
public enum IceState : byte
{
    /// <summary>Nothing was authenticated yet and no check is being sent.</summary>
    Waiting,

    /// <summary>Checks are being sent; none succeeded yet. Controlling only.</summary>
    Checking,

    /// <summary>At least one path works; none is nominated.</summary>
    Validated,

    /// <summary>A path is nominated.</summary>
    Nominated,

    /// <summary>Consent ran out. A lite agent comes back with the next authenticated check, a
    /// controlling one only by a restart (RFC 7675 §5.1).</summary>
    ConsentLost,

    /// <summary>No path was found in time. Only a restart leads out of it.</summary>
    Failed,
}
