namespace Edge.Protocol.Srtp;

/// <summary>What a cipher is made for.</summary>
public enum SrtpDirection : byte
{
    /// <summary>To encrypt what this end sends.</summary>
    Protect,

    /// <summary>To decrypt what the peer sends.</summary>
    Unprotect,
}
