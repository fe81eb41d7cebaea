using System.Runtime.Intrinsics.X86;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>How blocks are multiplied with the hash key.</summary>
internal enum GhashKind
{
    /// <summary>One by one: <see cref="Pclmulqdq"/>.</summary>
    Blocks,

    /// <summary>Two at once: <see cref="Pclmulqdq.V256"/>.</summary>
    Pairs,
}
