using System.Runtime.Intrinsics;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Products of blocks and powers of the hash key, summed before they are reduced together.</summary>
/// <remarks>Two blocks at a time, for that is a register: GhashPairSum multiplies them by one instruction,
/// <see cref="GhashSum"/> by two. Kinds of this are structs, chosen once by type: no call asks.</remarks>
/// <typeparam name="TSelf">The kind itself.</typeparam>
internal interface IGhashSum<TSelf>
    where TSelf : struct, IGhashSum<TSelf>
{
    /// <summary>Adds two blocks.</summary>
    /// <param name="blocks">As they stand in memory.</param>
    /// <param name="power">The power of the hash key that the first is multiplied by; the second's follows it. With
    /// the last power the second block is zero.</param>
    void Add(Vector256<byte> blocks, ref Vector128<byte> power);

    /// <summary>The sum as a block.</summary>
    Vector128<byte> Reduce();
}
