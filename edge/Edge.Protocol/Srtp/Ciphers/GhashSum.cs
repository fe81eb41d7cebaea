using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Each block by an instruction of its own (PCLMULQDQ).</summary>
internal struct GhashSum : IGhashSum<GhashSum>
{
    private Vector128<long> _low;
    private Vector128<long> _middle;
    private Vector128<long> _high;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector256<byte> blocks, ref Vector128<byte> power)
    {
        var numbers = Ghash.Read(blocks);
        var powers = GhashKey.Pair(ref power);
        var halves = GhashKey.Halves(ref power);
        AddNumber(numbers.GetLower(), powers.GetLower(), halves.GetLower());
        AddNumber(numbers.GetUpper(), powers.GetUpper(), halves.GetUpper());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector128<byte> Reduce() => Ghash.Finish(_low, _middle ^ _low ^ _high, _high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddNumber(Vector128<long> number, Vector128<long> power, Vector128<long> halves)
    {
        _low ^= Pclmulqdq.CarrylessMultiply(number, power, 0x00);
        _high ^= Pclmulqdq.CarrylessMultiply(number, power, 0x11);
        _middle ^= Pclmulqdq.CarrylessMultiply(number ^ Ghash.Swap(number), halves, 0x00);
    }
}
