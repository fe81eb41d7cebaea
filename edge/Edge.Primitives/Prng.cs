using System.Buffers.Binary;
using System.Numerics;

namespace Edge.Primitives;

/// <summary>The source of every random draw of a core: the ChaCha20 key stream of one seed.</summary>
/// <remarks>
/// Seeded with 32 bytes from the operating system it is fit for credentials; seeded with a number it
/// makes a simulation repeat itself. Threads: one owner. Source: RFC 8439 §2.3.
/// </remarks>
public sealed class Prng
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedBytes = 32;

    private const int BlockBytes = 64;
    private const string TokenAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private readonly uint[] _state = new uint[16];
    private readonly byte[] _block = new byte[BlockBytes];
    private int _used = BlockBytes;

    /// <summary>Starts the key stream of a 32-byte seed.</summary>
    public Prng(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"A seed has {SeedBytes} bytes.", nameof(seed));
        }

        _state[0] = 0x61707865;
        _state[1] = 0x3320646e;
        _state[2] = 0x79622d32;
        _state[3] = 0x6b206574;
        for (var index = 0; index < 8; index++)
        {
            _state[4 + index] = BinaryPrimitives.ReadUInt32LittleEndian(seed[(index * 4)..]);
        }
    }

    /// <summary>Starts a repeatable stream for tests and simulations; never for credentials in production.</summary>
    public static Prng FromNumber(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[SeedBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        return new Prng(bytes);
    }

    /// <summary>A stream of its own, seeded from this one.</summary>
    public Prng Fork()
    {
        Span<byte> seed = stackalloc byte[SeedBytes];
        Fill(seed);
        return new Prng(seed);
    }

    /// <summary>Fills a span with random bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == BlockBytes)
            {
                NextBlock();
            }

            var count = Math.Min(destination.Length, BlockBytes - _used);
            _block.AsSpan(_used, count).CopyTo(destination);
            // What was drawn is erased, so that a later leak of this object reveals no past draw.
            _block.AsSpan(_used, count).Clear();
            _used += count;
            destination = destination[count..];
        }
    }

    /// <summary>Thirty-two random bits.</summary>
    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>Sixty-four random bits.</summary>
    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A number from 0 up to, not including, a bound above 0.</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(((ulong)NextUInt32() * (ulong)bound) >> 32);
    }

    /// <summary>A fraction from 0 up to, not including, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Text of ice-char (RFC 8839 §5.4), six random bits a character.</summary>
    public string NextToken(int length)
    {
        var text = new char[length];
        Span<byte> bytes = stackalloc byte[1];
        for (var index = 0; index < length; index++)
        {
            Fill(bytes);
            text[index] = TokenAlphabet[bytes[0] & 63];
        }

        return new string(text);
    }

    private void NextBlock()
    {
        Span<uint> working = stackalloc uint[16];
        _state.CopyTo(working);
        for (var round = 0; round < 10; round++)
        {
            QuarterRound(working, 0, 4, 8, 12);
            QuarterRound(working, 1, 5, 9, 13);
            QuarterRound(working, 2, 6, 10, 14);
            QuarterRound(working, 3, 7, 11, 15);
            QuarterRound(working, 0, 5, 10, 15);
            QuarterRound(working, 1, 6, 11, 12);
            QuarterRound(working, 2, 7, 8, 13);
            QuarterRound(working, 3, 4, 9, 14);
        }

        for (var index = 0; index < 16; index++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(
                _block.AsSpan(index * 4),
                unchecked(working[index] + _state[index])
            );
        }

        _used = 0;
        AdvanceCounter();
    }

    /// <summary>Counts blocks in 64 bits (words 12 and 13), so that a stream never repeats.</summary>
    private void AdvanceCounter()
    {
        _state[12] = unchecked(_state[12] + 1);
        if (_state[12] == 0)
        {
            _state[13] = unchecked(_state[13] + 1);
        }
    }

    private static void QuarterRound(Span<uint> s, int a, int b, int c, int d)
    {
        unchecked
        {
            s[a] += s[b];
            s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 16);
            s[c] += s[d];
            s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 12);
            s[a] += s[b];
            s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 8);
            s[c] += s[d];
            s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 7);
        }
    }
}
