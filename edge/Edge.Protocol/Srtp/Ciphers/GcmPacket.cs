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
            PartialBlock.Read(ref MemoryMarshal.GetReference(iv), iv.Length)
        );
    }

    /// <summary>Hashes what is authenticated only.</summary>
    public void Associate(scoped SrtpAssociatedData associated)
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
    public Vector128<byte> Transform(SplitText text, Span<byte> destination)
    {
        _textBytes = destination.Length;
        KeyStream stream = default;
        _counter.Stream(ref stream.First);
        var mask = Vector128.LoadUnsafe(ref stream.First, MaskOffset);
        ref var rest = ref Unsafe.Add(ref stream.First, TextOffset);
        var offset = 0;
        if (destination.Length > FirstBytes)
        {
            TransformPart(text, destination[..FirstBytes], 0, ref rest, FirstBytes / BlockBytes);
            offset = TransformBatches(text, destination);
            rest = ref stream.First;
            if (offset < destination.Length)
            {
                _counter.Stream(ref rest);
            }
        }

        var last = destination[offset..];
        var blocks = (last.Length + BlockBytes - 1) / BlockBytes;
        TransformPart(text, last, offset, ref rest, blocks + 1);
        return Ghash.Read(_hash) ^ mask;
    }

    /// <summary>Whole batches behind the first part.</summary>
    /// <returns>Where the last, shorter part begins.</returns>
    private int TransformBatches(SplitText text, Span<byte> destination)
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
        Hash(destination[(offset - AesBlocks.Bytes)..offset]);
        return offset;
    }

    private int RunBatches(
        SplitText text,
        ref byte destination,
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

    /// <summary>Less than a batch: adds a key stream that is there, and hashes the cipher text.</summary>
    /// <param name="text">Where it is read.</param>
    /// <param name="destination">Where it is written.</param>
    /// <param name="offset">Where in the whole text that is.</param>
    /// <param name="stream">The key stream.</param>
    /// <param name="power">Of the hash key, for the first block. When one is left behind the text, it is that of
    /// the block of lengths.</param>
    private void TransformPart(
        SplitText text,
        Span<byte> destination,
        int offset,
        ref byte stream,
        int power
    )
    {
        TSum sum = default;
        var hash = _hash;
        var length = destination.Length;
        ref var written = ref MemoryMarshal.GetReference(destination);
        ref var read = ref length == 0 ? ref written : ref text.Source(offset);
        var isSealing = _direction == SrtpDirection.Protect;
        for (; length >= PairBytes; length -= PairBytes, power -= 2)
        {
            var before = Vector256.LoadUnsafe(ref read);
            var after = before ^ Vector256.LoadUnsafe(ref stream);
            after.StoreUnsafe(ref written);
            sum.Add(hash, isSealing ? after : before, ref _hashKey, power);
            hash = default;
            read = ref Unsafe.Add(ref read, PairBytes);
            written = ref Unsafe.Add(ref written, PairBytes);
            stream = ref Unsafe.Add(ref stream, PairBytes);
        }

        while (length > 0)
        {
            var bytes = Math.Min(length, BlockBytes);
            var before = PartialBlock.Read(ref read, bytes);
            var after = PartialBlock.Keep(before ^ Vector128.LoadUnsafe(ref stream), bytes);
            PartialBlock.Write(after, ref written, bytes);
            sum.Add(hash, (isSealing ? after : before).ToVector256(), ref _hashKey, power);
            hash = default;
            read = ref Unsafe.Add(ref read, bytes);
            written = ref Unsafe.Add(ref written, bytes);
            stream = ref Unsafe.Add(ref stream, bytes);
            length -= bytes;
            power--;
        }

        if (power > 0)
        {
            sum.Add(hash, Lengths().ToVector256(), ref _hashKey, power);
        }

        _hash = sum.Reduce();
    }

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
            HashBatch(data[..AesBlocks.Bytes]);
            data = data[AesBlocks.Bytes..];
        }

        if (!data.IsEmpty)
        {
            HashBatch(data);
        }
    }

    private void HashBatch(scoped ReadOnlySpan<byte> data)
    {
        TSum sum = default;
        var hash = _hash;
        var length = data.Length;
        var power = (length + BlockBytes - 1) / BlockBytes;
        ref var read = ref MemoryMarshal.GetReference(data);
        for (; length >= PairBytes; length -= PairBytes, power -= 2)
        {
            sum.Add(hash, Vector256.LoadUnsafe(ref read), ref _hashKey, power);
            hash = default;
            read = ref Unsafe.Add(ref read, PairBytes);
        }

        while (length > 0)
        {
            var bytes = Math.Min(length, BlockBytes);
            sum.Add(hash, PartialBlock.Read(ref read, bytes).ToVector256(), ref _hashKey, power);
            hash = default;
            read = ref Unsafe.Add(ref read, bytes);
            length -= bytes;
            power--;
        }

        _hash = sum.Reduce();
    }

    /// <summary>Two pieces that are hashed as one (SRTCP: header and index word).</summary>
    private void AssociateBoth(scoped SrtpAssociatedData associated)
    {
        Span<byte> batch = stackalloc byte[AesBlocks.Bytes];
        var head = associated.Head;
        while (head.Length >= batch.Length)
        {
            HashBatch(head[..batch.Length]);
            head = head[batch.Length..];
        }

        head.CopyTo(batch);
        var tail = associated.Tail;
        var copied = Math.Min(tail.Length, batch.Length - head.Length);
        tail[..copied].CopyTo(batch[head.Length..]);
        HashBatch(batch[..(head.Length + copied)]);
        Hash(tail[copied..]);
    }
}
