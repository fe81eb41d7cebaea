namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What a description changed in the session's one transport.</summary>
public enum TransportChangeKind : byte
{
    /// <summary>The other side's transport is known now: ICE and DTLS may start.</summary>
    Begun,

    /// <summary>ICE restarts with new credentials on both sides; DTLS and SRTP go on (RFC 8445 §9).</summary>
    Restarted,

    /// <summary>Another section stands for the bundle (RFC 8843 §7.3.2). Chromium 156 and Firefox 153 close
    /// their transport then and open another, from another port, with a new DTLS association of the same
    /// certificate: keys and SCTP begin anew. ICE credentials stay, but for a new section of Chromium's.</summary>
    Replaced,
}
