namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>How blocks are multiplied with the hash key.</summary>
internal enum GhashKind
{
    /// <summary>One by one: PCLMULQDQ, of every processor with AES instructions.</summary>
    Blocks,

    /// <summary>Two at once: VPCLMULQDQ, of 2019.</summary>
    Pairs,
}
