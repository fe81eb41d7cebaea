using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>AES-GCM over one packet, in one pass (SP 800-38D §7).</summary>
/// <remarks>
/// While a batch of eight blocks is encrypted, the one before it is hashed; decrypting, the batch itself. The first
/// eight counts are the tag's mask (count one) and six blocks of text (count zero is not used), so that every later
/// batch begins at a multiple of eight.
/// </remarks>
/// <typeparam name="TSum">How pairs of blocks are multiplied.</typeparam>
internal ref struct GcmPacket<TSum>
    where TSum : struct, IGhashSum<TSum>
{
    /// <summary>Text that the first counts are for.</summary>
    public const int FirstBytes = AesBlocks.Bytes - TextOffset;

    /// <summary>The only length of an IV that is made a counter block by appending a count.</summary>
    public const int IvBytes = 12;

    private const int BlockBytes = AesBlocks.BlockBytes;
    private const int PairBytes = 2 * BlockBytes;

    // In the key stream of the first counts.
    private const int MaskOffset = BlockBytes;
    private const int TextOffset = 2 * BlockBytes;

    private readonly ref GhashKey _hashKey;
    private readonly SrtpDirection _direction;
    private AesCounter _counter;
    private Vector128<byte> _hash;
    private int _associatedBytes;
    private int _textBytes;

    /// <summary>Begins a packet.</summary>
    public GcmPacket(
        ref AesKeySchedule key,
        ref GhashKey hashKey,
        ReadOnlySpan<byte> iv,
        SrtpDirection direction
    )
    {
        _hashKey = ref hashKey;
        _direction = direction;
        _counter = new AesCounter(
            ref key,
            PartialBlock.Read(ref MemoryMarshal.GetReference(iv), IvBytes)
        );
    }

    /// <summary>Hashes what is authenticated only.</summary>
    public void Associate(scoped in SrtpAssociatedData associated)
    {
        _associatedBytes = associated.Head.Length + associated.Tail.Length;
        if (associated.Tail.IsEmpty)
        {
            Hash(associated.Head);
            return;
        }

        AssociateBoth(associated);
    }

    /// <summary>Adds the key stream to the text, and gives the tag.</summary>
    /// <param name="text">Where it is read.</param>
    /// <param name="destination">Where it is written.</param>
    public Vector128<byte> Transform(scoped in SplitText text, scoped Span<byte> destination)
    {
        _textBytes = destination.Length;
        Unsafe.SkipInit(out KeyStream stream);
        _counter.Stream(ref stream.First);
        var mask = Vector128.LoadUnsafe(ref stream.First, MaskOffset);
        ref var rest = ref Unsafe.Add(ref stream.First, TextOffset);
        ref var written = ref MemoryMarshal.GetReference(destination);
        var offset = 0;
        if (destination.Length > FirstBytes)
        {
            TransformWhole(ref text.Source(0), ref written, ref rest);
            offset = TransformBatches(text, destination);
            rest = ref stream.First;
            if (offset < destination.Length)
            {
                _counter.Stream(ref rest);
            }
        }

        written = ref Unsafe.Add(ref written, offset);
        ref var read = ref offset < destination.Length ? ref text.Source(offset) : ref written;
        TransformLast(ref read, ref written, ref rest, destination.Length - offset);
        return _hash ^ mask;
    }

    /// <summary>Whole batches behind the first part.</summary>
    /// <returns>Where the last, shorter part begins.</returns>
    private int TransformBatches(scoped in SplitText text, scoped Span<byte> destination)
    {
        var batches = (destination.Length - FirstBytes) / AesBlocks.Bytes;
        var offset = FirstBytes;
        ref var written = ref MemoryMarshal.GetReference(destination);
        if (_direction == SrtpDirection.Unprotect)
        {
            return RunBatches(text, ref written, offset, batches, hashedOffset: 0);
        }

        if (batches == 0)
        {
            return offset;
        }

        // The first has no cipher text before it, the last none behind it.
        var joined = Math.Max(1, text.JoinedBatches(offset, batches));
        _counter.Run(ref text.Source(offset), ref Unsafe.Add(ref written, offset), batches: 1);
        offset += AesBlocks.Bytes;
        offset = RunBatches(text, ref written, offset, joined - 1, -AesBlocks.Bytes);
        offset = RunBatches(text, ref written, offset, batches - joined, -AesBlocks.Bytes);
        HashBatch(ref Unsafe.Add(ref written, offset - AesBlocks.Bytes), AesBlocks.Bytes);
        return offset;
    }

    private int RunBatches(
        scoped in SplitText text,
        scoped ref byte destination,
        int offset,
        int batches,
        int hashedOffset
    )
    {
        if (batches > 0)
        {
            _counter.Run<TSum>(
                ref _hash,
                ref _hashKey,
                ref text.Source(offset),
                ref Unsafe.Add(ref destination, offset),
                batches,
                hashedOffset
            );
        }

        return offset + (batches * AesBlocks.Bytes);
    }

    /// <summary>The first part: adds a key stream that is there, and hashes the cipher text.</summary>
    private void TransformWhole(
        scoped ref byte read,
        scoped ref byte written,
        scoped ref byte stream
    )
    {
        TSum sum = default;
        var hash = _hash.ToVector256();
        ref var power = ref _hashKey.Power(FirstBytes / BlockBytes);
        var hashed = HashedStream;
        for (var offset = 0; offset < FirstBytes; offset += PairBytes)
        {
            var text = Vector256.LoadUnsafe(ref read, (nuint)offset);
            var key = Vector256.LoadUnsafe(ref stream, (nuint)offset);
            (text ^ key).StoreUnsafe(ref written, (nuint)offset);
            sum.Add(text ^ (key & hashed) ^ hash, ref power);
            hash = default;
            power = ref Unsafe.Add(ref power, 2);
        }

        _hash = sum.Reduce();
    }

    /// <summary>The last part, shorter than a batch, and the block of lengths.</summary>
    private void TransformLast(
        scoped ref byte read,
        scoped ref byte written,
        scoped ref byte stream,
        int length
    )
    {
        TSum sum = default;
        var hash = _hash.ToVector256();
        ref var power = ref _hashKey.Power(((length + BlockBytes - 1) / BlockBytes) + 1);
        var hashed = HashedStream;
        for (; length >= PairBytes; length -= PairBytes)
        {
            var text = Vector256.LoadUnsafe(ref read);
            var key = Vector256.LoadUnsafe(ref stream);
            (text ^ key).StoreUnsafe(ref written);
            sum.Add(text ^ (key & hashed) ^ hash, ref power);
            hash = default;
            power = ref Unsafe.Add(ref power, 2);
            read = ref Unsafe.Add(ref read, PairBytes);
            written = ref Unsafe.Add(ref written, PairBytes);
            stream = ref Unsafe.Add(ref stream, PairBytes);
        }

        var lengths = Lengths();
        if (length > BlockBytes)
        {
            var text = Vector128.LoadUnsafe(ref read);
            var key = Vector128.LoadUnsafe(ref stream);
            (text ^ key).StoreUnsafe(ref written);
            sum.Add((text ^ (key & hashed.GetLower())).ToVector256() ^ hash, ref power);
            hash = default;
            power = ref Unsafe.Add(ref power, 1);
            read = ref Unsafe.Add(ref read, BlockBytes);
            written = ref Unsafe.Add(ref written, BlockBytes);
            stream = ref Unsafe.Add(ref stream, BlockBytes);
            length -= BlockBytes;
        }

        var last = lengths.ToVector256();
        if (length > 0)
        {
            var text = PartialBlock.Read(ref read, length);
            var key = PartialBlock.Keep(Vector128.LoadUnsafe(ref stream), length);
            PartialBlock.Write(text ^ key, ref written, length);
            last = Vector256.Create(text ^ (key & hashed.GetLower()), lengths);
        }

        sum.Add(last ^ hash, ref power);
        _hash = sum.Reduce();
    }

    /// <summary>What of the key stream is hashed with the text that is read: all when that is plain, nothing when
    /// it is cipher text.</summary>
    private readonly Vector256<byte> HashedStream =>
        _direction == SrtpDirection.Protect ? Vector256<byte>.AllBitsSet : default;

    /// <summary>The last block that is hashed: lengths in bits of associated data and of text.</summary>
    private readonly Vector128<byte> Lengths() =>
        Vector128
            .Create(
                BinaryPrimitives.ReverseEndianness((ulong)_associatedBytes * 8),
                BinaryPrimitives.ReverseEndianness((ulong)_textBytes * 8)
            )
            .AsByte();

    /// <summary>Hashes bytes, the last block filled up with zeros.</summary>
    private void Hash(scoped ReadOnlySpan<byte> data)
    {
        while (data.Length > AesBlocks.Bytes)
        {
            HashBatch(ref MemoryMarshal.GetReference(data), AesBlocks.Bytes);
            data = data[AesBlocks.Bytes..];
        }

        HashBatch(ref MemoryMarshal.GetReference(data), data.Length);
    }

    /// <summary>Hashes the bytes of at most eight blocks.</summary>
    private void HashBatch(scoped ref byte data, int length)
    {
        if (length == 0)
        {
            return;
        }

        TSum sum = default;
        var hash = _hash.ToVector256();
        ref var power = ref _hashKey.Power((length + BlockBytes - 1) / BlockBytes);
        for (; length >= PairBytes; length -= PairBytes)
        {
            sum.Add(Vector256.LoadUnsafe(ref data) ^ hash, ref power);
            hash = default;
            power = ref Unsafe.Add(ref power, 2);
            data = ref Unsafe.Add(ref data, PairBytes);
        }

        if (length > BlockBytes)
        {
            var rest = PartialBlock.Read(ref Unsafe.Add(ref data, BlockBytes), length - BlockBytes);
            sum.Add(Vector256.Create(Vector128.LoadUnsafe(ref data), rest) ^ hash, ref power);
        }
        else if (length > 0)
        {
            sum.Add(PartialBlock.Read(ref data, length).ToVector256() ^ hash, ref power);
        }

        _hash = sum.Reduce();
    }

    /// <summary>Two pieces that are hashed as one (SRTCP: header and index word).</summary>
    private void AssociateBoth(scoped in SrtpAssociatedData associated)
    {
        Span<byte> batch = stackalloc byte[AesBlocks.Bytes];
        var head = associated.Head;
        while (head.Length >= batch.Length)
        {
            HashBatch(ref MemoryMarshal.GetReference(head), batch.Length);
            head = head[batch.Length..];
        }

        head.CopyTo(batch);
        var tail = associated.Tail;
        var copied = Math.Min(tail.Length, batch.Length - head.Length);
        tail[..copied].CopyTo(batch[head.Length..]);
        HashBatch(ref MemoryMarshal.GetReference(batch), head.Length + copied);
        Hash(tail[copied..]);
    }
}
