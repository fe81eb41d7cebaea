namespace Edge.Protocol.Ice;

/// <summary>How an agent takes part in ICE.</summary>
public enum IceMode : byte
{
    /// <summary>Only answers checks and is always controlled (RFC 8445 §2.5): the node.</summary>
    Lite,

    /// <summary>Sends checks and nominates (RFC 8445 §2.3); becomes controlled only when it loses a
    /// role conflict: clients, and sessions towards other servers.</summary>
    Controlling,
}
