using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>The hash key of GCM and its first nine powers: so many blocks are hashed before a reduction.</summary>
/// <remarks>Nine: the last of a packet may have eight blocks, and the block of lengths follows. 304 bytes.</remarks>
internal struct GhashKey
{
    /// <summary>The highest power.</summary>
    public const int PowerMax = 9;

    private Numbers _numbers;

    /// <summary>From the hash key, a block of zeros under AES (SP 800-38D §6.4).</summary>
    public GhashKey(Vector128<byte> key)
    {
        var first = Ghash.Double(Ghash.Read(key));
        var power = first;
        for (var exponent = 1; exponent <= PowerMax; exponent++)
        {
            _numbers[PowerMax - exponent] = power;
            // Both halves' sum, for the middle product (Karatsuba): three multiplications instead of four.
            _numbers[PowerMax - exponent + PowerMax] = power ^ Ghash.Swap(power.AsInt64()).AsByte();
            power = Ghash.Multiply(power, first);
        }
    }

    /// <summary>Where a power is; the one below it follows.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Vector128<byte> Power(int exponent) =>
        ref Unsafe.Add(ref _numbers[0], PowerMax - exponent);

    /// <summary>A power and the one below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Pair(ref Vector128<byte> power) =>
        Vector256.LoadUnsafe(ref Unsafe.As<Vector128<byte>, long>(ref power));

    /// <summary>The sums of the halves of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Halves(ref Vector128<byte> power) =>
        Pair(ref Unsafe.Add(ref power, PowerMax));

    /// <summary>Forgets the key.</summary>
    public void Erase() =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<Vector128<byte>>)_numbers));

    // One more than the powers and their sums: a pair that begins with the first power reads past it.
    [InlineArray((2 * PowerMax) + 1)]
    private struct Numbers
    {
        private Vector128<byte> _first;
    }
}
