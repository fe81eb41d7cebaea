namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What a description changed in the session's one transport.</summary>
public enum TransportChangeKind : byte
{
    /// <summary>The other side's transport is known now: ICE and DTLS may start.</summary>
    Begun,

    /// <summary>ICE restarts with new credentials on both sides; DTLS and SRTP go on (RFC 8445 §9).</summary>
    Restarted,

    /// <summary>No section is left, so that the client drops its transport; the next one begins anew,
    /// with new credentials and a new DTLS association.</summary>
    Ended,
}
