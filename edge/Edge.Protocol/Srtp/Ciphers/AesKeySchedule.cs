using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>The round keys of an AES key of 16 or 32 bytes (FIPS 197 §5.2).</summary>
/// <remarks>Expanded by the processor's own instructions: no table is looked up by a secret.</remarks>
internal struct AesKeySchedule
{
    /// <summary>Rounds of a key of 32 bytes; one of 16 bytes has ten.</summary>
    private const int RoundsMax = 14;

    private RoundKeys _keys;

    /// <summary>Expands a key.</summary>
    public AesKeySchedule(ReadOnlySpan<byte> key)
    {
        switch (key.Length)
        {
            case 16:
                Rounds = 10;
                Expand128(key);
                break;
            case 32:
                Rounds = RoundsMax;
                Expand256(key);
                break;
            default:
                throw new ArgumentException("A key has 16 or 32 bytes.", nameof(key));
        }
    }

    /// <summary>How many rounds there are: 10 or 14.</summary>
    public int Rounds { get; private set; }

    /// <summary>Whether the keys were forgotten.</summary>
    public readonly bool IsErased => Rounds == 0;

    /// <summary>The first round key; <see cref="Rounds"/> more follow it.</summary>
    [UnscopedRef]
    public ref Vector128<byte> First => ref _keys[0];

    /// <summary>Encrypts one block.</summary>
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        ref var keys = ref First;
        block ^= keys;
        for (var round = 1; round < Rounds; round++)
        {
            block = Aes.Encrypt(block, Unsafe.Add(ref keys, round));
        }

        return Aes.EncryptLast(block, Unsafe.Add(ref keys, Rounds));
    }

    /// <summary>Forgets the keys.</summary>
    public void Erase()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<Vector128<byte>>)_keys));
        Rounds = 0;
    }

    private void Expand128(ReadOnlySpan<byte> key)
    {
        var last = Vector128.Create(key);
        _keys[0] = last;
        // The round constants are powers of two in the field (FIPS 197 §5.2); the instruction takes literals only.
        last = _keys[1] = Next(last, Aes.KeygenAssist(last, 0x01));
        last = _keys[2] = Next(last, Aes.KeygenAssist(last, 0x02));
        last = _keys[3] = Next(last, Aes.KeygenAssist(last, 0x04));
        last = _keys[4] = Next(last, Aes.KeygenAssist(last, 0x08));
        last = _keys[5] = Next(last, Aes.KeygenAssist(last, 0x10));
        last = _keys[6] = Next(last, Aes.KeygenAssist(last, 0x20));
        last = _keys[7] = Next(last, Aes.KeygenAssist(last, 0x40));
        last = _keys[8] = Next(last, Aes.KeygenAssist(last, 0x80));
        last = _keys[9] = Next(last, Aes.KeygenAssist(last, 0x1B));
        _keys[10] = Next(last, Aes.KeygenAssist(last, 0x36));
    }

    private void Expand256(ReadOnlySpan<byte> key)
    {
        var even = Vector128.Create(key);
        var odd = Vector128.Create(key[16..]);
        _keys[0] = even;
        _keys[1] = odd;
        even = _keys[2] = Next(even, Aes.KeygenAssist(odd, 0x01));
        odd = _keys[3] = NextOdd(odd, even);
        even = _keys[4] = Next(even, Aes.KeygenAssist(odd, 0x02));
        odd = _keys[5] = NextOdd(odd, even);
        even = _keys[6] = Next(even, Aes.KeygenAssist(odd, 0x04));
        odd = _keys[7] = NextOdd(odd, even);
        even = _keys[8] = Next(even, Aes.KeygenAssist(odd, 0x08));
        odd = _keys[9] = NextOdd(odd, even);
        even = _keys[10] = Next(even, Aes.KeygenAssist(odd, 0x10));
        odd = _keys[11] = NextOdd(odd, even);
        even = _keys[12] = Next(even, Aes.KeygenAssist(odd, 0x20));
        odd = _keys[13] = NextOdd(odd, even);
        _keys[14] = Next(even, Aes.KeygenAssist(odd, 0x40));
    }

    /// <summary>A round key from the one before it: each word is XORed with all words before it and with the word
    /// that was rotated and substituted (the assist's last).</summary>
    private static Vector128<byte> Next(Vector128<byte> key, Vector128<byte> assist) =>
        Spread(key) ^ Vector128.Shuffle(assist.AsInt32(), Vector128.Create(3)).AsByte();

    /// <summary>A key of 32 bytes has in every other round key a word that is substituted but not rotated.</summary>
    private static Vector128<byte> NextOdd(Vector128<byte> odd, Vector128<byte> even) =>
        Spread(odd)
        ^ Vector128.Shuffle(Aes.KeygenAssist(even, 0).AsInt32(), Vector128.Create(2)).AsByte();

    private static Vector128<byte> Spread(Vector128<byte> key)
    {
        key ^= ShiftWord(key);
        key ^= ShiftWord(key);
        return key ^ ShiftWord(key);
    }

    private static Vector128<byte> ShiftWord(Vector128<byte> key) =>
        System.Runtime.Intrinsics.X86.Sse2.ShiftLeftLogical128BitLane(key, 4);

    [InlineArray(RoundsMax + 1)]
    private struct RoundKeys
    {
        private Vector128<byte> _first;
    }
}
