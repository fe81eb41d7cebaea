namespace Edge.Wire.Stun;

/// <summary>The method of a STUN message, 12 bits (RFC 8489 §5). ICE has one only.</summary>
public enum StunMethod : ushort
{
    /// <summary>Binding (RFC 8489 §3): a connectivity check when used by ICE.</summary>
    Binding = 0x001,
}
