using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Edge.Primitives;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>AES counter mode on the processor's own instructions.</summary>
/// <remarks>Memory: some 270 bytes with the key.</remarks>
internal sealed class HardwareKeyStream : ISrtpKeyStream
{
    private const int CounterBytes = 16;
    private const int CountBytes = 2;

    private AesKeySchedule _key;

    /// <summary>Makes a cipher; the key has 16 or 32 bytes.</summary>
    public HardwareKeyStream(ReadOnlySpan<byte> key) => _key = new AesKeySchedule(key);

    /// <inheritdoc/>
    [HotPath]
    public bool Apply(ReadOnlySpan<byte> counter, SrtpPlainText text, Span<byte> destination)
    {
        if (
            _key.IsErased
            || counter.Length != CounterBytes
            || counter[^CountBytes..].ContainsAnyExcept((byte)0)
            || destination.Length != text.Head.Length + text.Tail.Length
            || destination.Length > ISrtpKeyStream.TextBytesMax
        )
        {
            return false;
        }

        if (destination.IsEmpty)
        {
            return true;
        }

        var stream = new AesCounter(ref _key, Vector128.Create(counter));
        Apply(ref stream, new SplitText(text, destination, firstBytes: 0), destination);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Erase();

    private static void Apply(ref AesCounter counter, SplitText text, Span<byte> destination)
    {
        ref var written = ref MemoryMarshal.GetReference(destination);
        var batches = destination.Length / AesBlocks.Bytes;
        var joined = text.JoinedBatches(0, batches);
        if (joined > 0)
        {
            counter.Run(ref text.Source(0), ref written, joined);
        }

        var offset = joined * AesBlocks.Bytes;
        if (batches > joined)
        {
            counter.Run(
                ref text.Source(offset),
                ref Unsafe.Add(ref written, offset),
                batches - joined
            );
            offset = batches * AesBlocks.Bytes;
        }

        if (offset == destination.Length)
        {
            return;
        }

        KeyStream rest = default;
        counter.Stream(ref rest.First);
        Add(ref rest.First, ref text.Source(offset), destination[offset..]);
    }

    private static void Add(ref byte stream, ref byte read, Span<byte> destination)
    {
        ref var written = ref MemoryMarshal.GetReference(destination);
        var length = destination.Length;
        var offset = 0;
        for (; length - offset >= Vector256<byte>.Count; offset += Vector256<byte>.Count)
        {
            var sum =
                Vector256.LoadUnsafe(ref read, (nuint)offset)
                ^ Vector256.LoadUnsafe(ref stream, (nuint)offset);
            sum.StoreUnsafe(ref written, (nuint)offset);
        }

        while (offset < length)
        {
            var bytes = Math.Min(length - offset, AesBlocks.BlockBytes);
            var sum =
                PartialBlock.Read(ref Unsafe.Add(ref read, offset), bytes)
                ^ Vector128.LoadUnsafe(ref stream, (nuint)offset);
            PartialBlock.Write(sum, ref Unsafe.Add(ref written, offset), bytes);
            offset += bytes;
        }
    }
}
