namespace Edge.Wire.Stun;

/// <summary>The class of a STUN message: the bits C1 and C0 of its type (RFC 8489 §5).</summary>
public enum StunClass : byte
{
    /// <summary>Asks for a response.</summary>
    Request,

    /// <summary>Asks for none.</summary>
    Indication,

    /// <summary>Answers a request that was accepted.</summary>
    SuccessResponse,

    /// <summary>Answers a request that was refused.</summary>
    ErrorResponse,
}
