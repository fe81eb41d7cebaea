namespace Edge.Bus.Lan.Handshakes;

/// <summary>What was wrong with a message of a handshake.</summary>
internal enum HandshakeError : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It does not begin as one, or is of the other kind: a reflection.</summary>
    Unrecognised,

    /// <summary>It says that it is longer or shorter than one can be.</summary>
    WrongLength,

    /// <summary>It is under a key that this process does not have.</summary>
    UnknownKey,

    /// <summary>It was not made with the key, or not for this handshake.</summary>
    NotAuthentic,

    /// <summary>It is authentic and not well-formed.</summary>
    Malformed,

    /// <summary>It is from another process than expected, or for another one.</summary>
    WrongName,

    /// <summary>It is from a process to which this one connects: it says that it is there.</summary>
    Knock,

    /// <summary>There is no version in common.</summary>
    VersionMismatch,
}
