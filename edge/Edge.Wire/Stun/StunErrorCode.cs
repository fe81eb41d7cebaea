namespace Edge.Wire.Stun;

/// <summary>The number in an ERROR-CODE attribute: 300 to 699 (RFC 8489 §14.8).</summary>
public enum StunErrorCode : ushort
{
    /// <summary>No error code was read.</summary>
    None = 0,

    /// <summary>The request was malformed.</summary>
    BadRequest = 400,

    /// <summary>The request carried no valid credentials.</summary>
    Unauthenticated = 401,

    /// <summary>The peer withdraws its consent (RFC 7675 §5.2).</summary>
    Forbidden = 403,

    /// <summary>The request had a comprehension-required attribute that is not known.</summary>
    UnknownAttribute = 420,

    /// <summary>Both agents believe to have the same role (RFC 8445 §7.3.1.1).</summary>
    RoleConflict = 487,

    /// <summary>The server could not process the request for now.</summary>
    ServerError = 500,
}
