namespace Edge.Protocol.Ice.Checks;

/// <summary>What a check of ours is for.</summary>
internal enum IceCheckKind : byte
{
    /// <summary>Finds out whether a pair works (RFC 8445 §7.2).</summary>
    Ordinary,

    /// <summary>Nominates a pair that works (RFC 8445 §8.1.1).</summary>
    Nomination,

    /// <summary>Asks whether the peer still consents (RFC 7675 §5.1).</summary>
    Consent,
}
