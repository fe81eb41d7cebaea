using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Reads and writes the first bytes of a block, and no byte beside them.</summary>
/// <remarks>Branches by length, which is no secret.</remarks>
internal static class PartialBlock
{
    /// <summary>Reads 1 to 16 bytes; the others are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Read(ref byte source, int length)
    {
        if (length == 16)
        {
            return Vector128.LoadUnsafe(ref source);
        }

        if (length >= 8)
        {
            var low = Unsafe.ReadUnaligned<ulong>(ref source);
            var high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, length - 8));
            // Eight bytes that end at the length: those that were read before go out below.
            return Vector128.Create(low, length == 8 ? 0 : high >> (8 * (16 - length))).AsByte();
        }

        return Vector128.CreateScalar(ReadSmall(ref source, length)).AsByte();
    }

    /// <summary>Writes 1 to 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<byte> block, ref byte destination, int length)
    {
        if (length == 16)
        {
            block.StoreUnsafe(ref destination);
            return;
        }

        var rest = block.AsUInt64().GetElement(0);
        if (length >= 8)
        {
            Unsafe.WriteUnaligned(ref destination, rest);
            rest = block.AsUInt64().GetElement(1);
            destination = ref Unsafe.Add(ref destination, 8);
            length -= 8;
        }

        for (; length > 0; length--)
        {
            destination = unchecked((byte)rest); // The lowest byte, the next to write.
            rest >>= 8;
            destination = ref Unsafe.Add(ref destination, 1);
        }
    }

    /// <summary>The first bytes of a block; the others are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Keep(Vector128<byte> block, int length) =>
        block
        & Vector128.LessThan(
            Vector128<byte>.Indices,
            Vector128.Create(unchecked((byte)length)) // At most 16.
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadSmall(ref byte source, int length)
    {
        if (length >= 4)
        {
            ulong low = Unsafe.ReadUnaligned<uint>(ref source);
            ulong high = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, length - 4));
            return low | (high << (8 * (length - 4)));
        }

        // The first, the middle and the last byte: of fewer than three, some are the same.
        ulong first = source;
        ulong middle = Unsafe.Add(ref source, length / 2);
        ulong last = Unsafe.Add(ref source, length - 1);
        return first | (middle << (8 * (length / 2))) | (last << (8 * (length - 1)));
    }
}
