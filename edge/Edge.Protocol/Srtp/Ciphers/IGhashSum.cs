using System.Runtime.Intrinsics;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Products of blocks and powers of the hash key, summed before they are reduced together.</summary>
/// <remarks>Two blocks at a time: <see cref="GhashPairSum"/> multiplies them by one instruction,
/// <see cref="GhashSum"/> by two. Kinds of this are structs, chosen once by type: no call asks.</remarks>
/// <typeparam name="TSelf">The kind itself.</typeparam>
internal interface IGhashSum<TSelf>
    where TSelf : struct, IGhashSum<TSelf>
{
    /// <summary>Adds two blocks.</summary>
    /// <param name="blocks">As they stand in memory.</param>
    /// <param name="key">The hash key.</param>
    /// <param name="power">The power that the first is multiplied by; the second's is one less. With one, the
    /// second block is zero.</param>
    void Add(Vector256<byte> blocks, ref GhashKey key, int power);

    /// <summary>The same, with the hash so far added to the first block.</summary>
    void Add(Vector128<byte> hash, Vector256<byte> blocks, ref GhashKey key, int power);

    /// <summary>The sum as one number of the field.</summary>
    Vector128<byte> Reduce();
}
