namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>What a test's ciphers run on.</summary>
public enum CipherKind
{
    /// <summary>The fall-back and the reference.</summary>
    OpenSsl,

    /// <summary>AES instructions, GHASH block by block.</summary>
    Blocks,

    /// <summary>AES instructions, GHASH in pairs of blocks.</summary>
    Pairs,
}
