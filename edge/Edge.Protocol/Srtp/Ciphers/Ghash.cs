using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Arithmetic in the field of GHASH: GF(2^128) with x^128 + x^7 + x^2 + x + 1 (SP 800-38D §6.3).</summary>
/// <remarks>
/// A block's first bit is the coefficient of x^0: read as one big-endian number it has its coefficients in
/// reverse. The carry-less product of two reversed numbers is their reversed product, one bit too low. That bit is
/// made good once, in the hash key (<see cref="Double"/>), and not in each product.
/// </remarks>
internal static class Ghash
{
    /// <summary>Order of 32-bit words in which the halves of a block change places.</summary>
    public const byte SwappedHalves = 0x4E;

    // The polynomial's reversed coefficients but x^128's and x^0's, in the upper half of a number: a half of the
    // product, multiplied by it, is folded into the half above; x^0's part of that is the swap.
    private static Vector128<long> Fold => Vector128.Create(0xC200_0000_0000_0000, 0).AsInt64();

    private static Vector128<byte> Reversal =>
        Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>A block of memory as a number of the field, and back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Read(Vector128<byte> block) => Ssse3.Shuffle(block, Reversal);

    /// <summary>Two blocks of memory as numbers of the field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Read(Vector256<byte> blocks) =>
        Avx2.Shuffle(blocks, Vector256.Create(Reversal, Reversal)).AsInt64();

    /// <summary>A sum of products of 256 bits, its middle at bit 64, modulo the polynomial; as a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Finish(
        Vector128<long> low,
        Vector128<long> middle,
        Vector128<long> high
    ) => Read(Reduce(low, middle, high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Reduce(
        Vector128<long> low,
        Vector128<long> middle,
        Vector128<long> high
    )
    {
        middle ^= Swap(low) ^ Pclmulqdq.CarrylessMultiply(low, Fold, 0x00);
        high ^= Swap(middle) ^ Pclmulqdq.CarrylessMultiply(middle, Fold, 0x00);
        return high.AsByte();
    }

    /// <summary>The product of two numbers of the field, one bit too low: one of them was doubled.</summary>
    public static Vector128<byte> Multiply(Vector128<byte> left, Vector128<byte> right)
    {
        var a = left.AsInt64();
        var b = right.AsInt64();
        return Reduce(
            Pclmulqdq.CarrylessMultiply(a, b, 0x00),
            Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10),
            Pclmulqdq.CarrylessMultiply(a, b, 0x11)
        );
    }

    /// <summary>A number one bit higher, modulo the polynomial. No branch: the hash key is secret.</summary>
    public static Vector128<byte> Double(Vector128<byte> value)
    {
        var number = value.AsUInt64();
        var low = number.GetElement(0);
        var high = number.GetElement(1);
        var carry = 0UL - (high >> 63);
        return Vector128
            .Create(
                (low << 1) ^ (carry & 1),
                ((high << 1) | (low >> 63)) ^ (carry & 0xC200_0000_0000_0000)
            )
            .AsByte();
    }

    /// <summary>The halves of a number, the one in the other's place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<long> Swap(Vector128<long> number) =>
        Sse2.Shuffle(number.AsInt32(), SwappedHalves).AsInt64();
}
