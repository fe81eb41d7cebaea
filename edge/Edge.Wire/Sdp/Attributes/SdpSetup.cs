namespace Edge.Wire.Sdp.Attributes;

/// <summary>The value of <c>a=setup</c> (RFC 4145 §4): who opens the DTLS association (RFC 8842 §5).</summary>
public enum SdpSetup : byte
{
    /// <summary>No such attribute.</summary>
    None,

    /// <summary><c>actpass</c>: the other side chooses.</summary>
    ActivePassive,

    /// <summary><c>active</c>: the writer is the DTLS client.</summary>
    Active,

    /// <summary><c>passive</c>: the writer is the DTLS server.</summary>
    Passive,

    /// <summary><c>holdconn</c>: no association for now.</summary>
    HoldConnection,
}
