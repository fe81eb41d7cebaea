using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Eight blocks on their way through AES at once.</summary>
/// <remarks>A round takes a processor some four cycles and it begins two in each: with eight blocks none waits
/// for another. They stay in registers, which is why everything here is inlined.</remarks>
internal struct AesBlocks
{
    /// <summary>How many blocks are in flight.</summary>
    public const int Count = 8;

    /// <summary>Their length.</summary>
    public const int Bytes = Count * BlockBytes;

    /// <summary>The length of one.</summary>
    public const int BlockBytes = 16;

    private Vector128<byte> _0;
    private Vector128<byte> _1;
    private Vector128<byte> _2;
    private Vector128<byte> _3;
    private Vector128<byte> _4;
    private Vector128<byte> _5;
    private Vector128<byte> _6;
    private Vector128<byte> _7;

    /// <summary>Begins eight counter blocks.</summary>
    /// <param name="block">The first, with the first round key. Its count is a multiple of eight, so that the
    /// others' differ in the last byte's last three bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(Vector128<byte> block)
    {
        _0 = block;
        _1 = block ^ Last(1);
        _2 = block ^ Last(2);
        _3 = block ^ Last(3);
        _4 = block ^ Last(4);
        _5 = block ^ Last(5);
        _6 = block ^ Last(6);
        _7 = block ^ Last(7);
    }

    /// <summary>One round but the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Round(Vector128<byte> key)
    {
        _0 = Aes.Encrypt(_0, key);
        _1 = Aes.Encrypt(_1, key);
        _2 = Aes.Encrypt(_2, key);
        _3 = Aes.Encrypt(_3, key);
        _4 = Aes.Encrypt(_4, key);
        _5 = Aes.Encrypt(_5, key);
        _6 = Aes.Encrypt(_6, key);
        _7 = Aes.Encrypt(_7, key);
    }

    /// <summary>The last round, which adds the key stream to a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Finish(Vector128<byte> key, ref byte source, ref byte destination)
    {
        Finish(_0, _1, key, ref source, ref destination);
        Finish(_2, _3, key, ref Unsafe.Add(ref source, 32), ref Unsafe.Add(ref destination, 32));
        Finish(_4, _5, key, ref Unsafe.Add(ref source, 64), ref Unsafe.Add(ref destination, 64));
        Finish(_6, _7, key, ref Unsafe.Add(ref source, 96), ref Unsafe.Add(ref destination, 96));
    }

    /// <summary>The last round, which gives the key stream itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Finish(Vector128<byte> key, ref byte stream)
    {
        Last(_0, _1, key, key).StoreUnsafe(ref stream);
        Last(_2, _3, key, key).StoreUnsafe(ref stream, 32);
        Last(_4, _5, key, key).StoreUnsafe(ref stream, 64);
        Last(_6, _7, key, key).StoreUnsafe(ref stream, 96);
    }

    // The text is added to the round's key: off the way that everything waits for.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        Vector128<byte> first,
        Vector128<byte> second,
        Vector128<byte> key,
        ref byte source,
        ref byte destination
    )
    {
        var firstText = key ^ Vector128.LoadUnsafe(ref source);
        var secondText = key ^ Vector128.LoadUnsafe(ref source, BlockBytes);
        Last(first, second, firstText, secondText).StoreUnsafe(ref destination);
    }

    // In pairs: GHASH reads pairs, and a processor hands a value that was just stored only to a read that one
    // store covers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Last(
        Vector128<byte> first,
        Vector128<byte> second,
        Vector128<byte> firstKey,
        Vector128<byte> secondKey
    ) => Vector256.Create(Aes.EncryptLast(first, firstKey), Aes.EncryptLast(second, secondKey));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Last(byte number) =>
        Vector128.Create(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number);
}
