using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>AES in counter mode over one packet, eight blocks at a time.</summary>
/// <remarks>
/// The count stands in the counter block's last four bytes and begins at zero. A text has less than 2^27 blocks
/// (an array's length), so it never wraps.
/// </remarks>
internal ref struct AesCounter
{
    private readonly ref Vector128<byte> _keys;
    private readonly int _rounds;
    private readonly Vector128<byte> _block;
    private uint _count;

    /// <summary>Begins at count zero.</summary>
    /// <param name="key">The key; must outlive this.</param>
    /// <param name="block">The counter block; what its count's place holds is added to each count (without
    /// carry).</param>
    public AesCounter(ref AesKeySchedule key, Vector128<byte> block)
    {
        _keys = ref key.First;
        _rounds = key.Rounds;
        _block = block ^ _keys;
    }

    /// <summary>Writes the next eight blocks of key stream.</summary>
    public void Stream(scoped ref byte stream)
    {
        AesBlocks blocks = default;
        blocks.Begin(Next());
        for (var round = 1; round < _rounds; round++)
        {
            blocks.Round(Unsafe.Add(ref _keys, round));
        }

        blocks.Finish(Unsafe.Add(ref _keys, _rounds), ref stream);
    }

    /// <summary>Adds the next key stream to batches of eight blocks.</summary>
    /// <param name="source">Text; may be the destination itself.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="batches">How many.</param>
    public void Run(scoped ref byte source, scoped ref byte destination, int batches)
    {
        for (var offset = 0; batches > 0; batches--, offset += AesBlocks.Bytes)
        {
            AesBlocks blocks = default;
            blocks.Begin(Next());
            for (var round = 1; round < _rounds; round++)
            {
                blocks.Round(Unsafe.Add(ref _keys, round));
            }

            blocks.Finish(
                Unsafe.Add(ref _keys, _rounds),
                ref Unsafe.Add(ref source, offset),
                ref Unsafe.Add(ref destination, offset)
            );
        }
    }

    /// <summary>The same, and on the way hashes as many batches of cipher text.</summary>
    /// <param name="hash">The sum so far; the new one when done.</param>
    /// <param name="hashKey">The hash key.</param>
    /// <param name="source">Text; may be the destination itself.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="batches">How many.</param>
    /// <param name="hashedOffset">Where the cipher text to hash is, from the destination: zero when it is what
    /// is decrypted in place, a batch before when it is what was encrypted last.</param>
    public void Run<TSum>(
        scoped ref Vector128<byte> hash,
        scoped ref GhashKey hashKey,
        scoped ref byte source,
        scoped ref byte destination,
        int batches,
        int hashedOffset
    )
        where TSum : struct, IGhashSum<TSum>
    {
        ref var keys = ref _keys;
        ref var power = ref hashKey.Power(AesBlocks.Count);
        var sumBefore = hash;
        for (; batches > 0; batches--)
        {
            AesBlocks blocks = default;
            blocks.Begin(Next());
            ref var hashed = ref Unsafe.Add(ref destination, hashedOffset);
            // Two rounds, two blocks of hash: both units of the processor have work all the time.
            blocks.Round(Unsafe.Add(ref keys, 1));
            blocks.Round(Unsafe.Add(ref keys, 2));
            TSum sum = default;
            sum.Add(Vector256.LoadUnsafe(ref hashed) ^ sumBefore.ToVector256(), ref power);
            blocks.Round(Unsafe.Add(ref keys, 3));
            blocks.Round(Unsafe.Add(ref keys, 4));
            sum.Add(Vector256.LoadUnsafe(ref hashed, 32), ref Unsafe.Add(ref power, 2));
            blocks.Round(Unsafe.Add(ref keys, 5));
            blocks.Round(Unsafe.Add(ref keys, 6));
            sum.Add(Vector256.LoadUnsafe(ref hashed, 64), ref Unsafe.Add(ref power, 4));
            blocks.Round(Unsafe.Add(ref keys, 7));
            blocks.Round(Unsafe.Add(ref keys, 8));
            sum.Add(Vector256.LoadUnsafe(ref hashed, 96), ref Unsafe.Add(ref power, 6));
            for (var round = 9; round < _rounds; round++)
            {
                blocks.Round(Unsafe.Add(ref keys, round));
            }

            sumBefore = sum.Reduce();
            blocks.Finish(Unsafe.Add(ref keys, _rounds), ref source, ref destination);
            source = ref Unsafe.Add(ref source, AesBlocks.Bytes);
            destination = ref Unsafe.Add(ref destination, AesBlocks.Bytes);
        }

        hash = sumBefore;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Next()
    {
        var count = Vector128.Create(0, 0, 0, BinaryPrimitives.ReverseEndianness(_count));
        _count += AesBlocks.Count;
        return _block ^ count.AsByte();
    }
}
