namespace Edge.Protocol.Srtp;

/// <summary>What a <see cref="ReplayWindow"/> says of an index.</summary>
internal enum ReplayVerdict : byte
{
    /// <summary>Not used so far.</summary>
    Fresh,

    /// <summary>Used already.</summary>
    Seen,

    /// <summary>Older than what is remembered.</summary>
    TooOld,
}
