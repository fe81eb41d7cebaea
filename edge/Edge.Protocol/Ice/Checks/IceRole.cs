namespace Edge.Protocol.Ice.Checks;

/// <summary>Who nominates (RFC 8445 §6.1.1).</summary>
internal enum IceRole : byte
{
    /// <summary>The peer nominates.</summary>
    Controlled,

    /// <summary>This side nominates.</summary>
    Controlling,
}
