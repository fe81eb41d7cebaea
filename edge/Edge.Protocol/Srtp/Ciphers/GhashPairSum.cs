#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Both blocks of a pair by one instruction (VPCLMULQDQ).</summary>
internal struct GhashPairSum : IGhashSum<GhashPairSum>
{
    private Vector256<long> _low;
    private Vector256<long> _middle;
    private Vector256<long> _high;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector256<byte> blocks, ref Vector128<byte> power)
    {
        var numbers = Ghash.Read(blocks);
        var powers = GhashKey.Pair(ref power);
        var halves = numbers ^ Avx2.Shuffle(numbers.AsInt32(), Ghash.SwappedHalves).AsInt64();
        _low ^= Pclmulqdq.V256.CarrylessMultiply(numbers, powers, 0x00);
        _high ^= Pclmulqdq.V256.CarrylessMultiply(numbers, powers, 0x11);
        _middle ^= Pclmulqdq.V256.CarrylessMultiply(halves, GhashKey.Halves(ref power), 0x00);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector128<byte> Reduce() =>
        Ghash.Finish(Fold(_low), Fold(_middle ^ _low ^ _high), Fold(_high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Fold(Vector256<long> sums) => sums.GetLower() ^ sums.GetUpper();
}
#endif
