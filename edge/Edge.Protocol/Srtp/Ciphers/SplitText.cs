using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>A text in two pieces, cut where a batch of blocks ends.</summary>
/// <remarks>The pieces' seam may lie anywhere. The batch that it lies in is made whole in the destination (a copy
/// of some bytes of the tail) and encrypted in place; what follows goes from the tail into the destination in one
/// pass.</remarks>
internal readonly ref struct SplitText
{
    private readonly ref byte _destination;
    private readonly ref byte _tail;
    private readonly int _headBytes;

    /// <summary>Joins the pieces up to a batch's end.</summary>
    /// <param name="text">Both pieces.</param>
    /// <param name="destination">As long as both.</param>
    /// <param name="firstBytes">Length of the first batch; that of each later one is
    /// <see cref="AesBlocks.Bytes"/>.</param>
    public SplitText(SrtpPlainText text, Span<byte> destination, int firstBytes)
    {
        _destination = ref MemoryMarshal.GetReference(destination);
        var head = text.Head;
        if (head.IsEmpty)
        {
            _tail = ref MemoryMarshal.GetReference(text.Tail);
            return;
        }

        if (!Unsafe.AreSame(ref _destination, ref MemoryMarshal.GetReference(head)))
        {
            head.CopyTo(destination);
        }

        var later = Math.Max(0, head.Length - firstBytes);
        var laterBatches = (later + AesBlocks.Bytes - 1) / AesBlocks.Bytes;
        JoinedBytes = Math.Min(destination.Length, firstBytes + (laterBatches * AesBlocks.Bytes));
        var copied = JoinedBytes - head.Length;
        text.Tail[..copied].CopyTo(destination[head.Length..]);
        _tail = ref MemoryMarshal.GetReference(text.Tail);
        _headBytes = head.Length;
    }

    /// <summary>A text that is transformed in place.</summary>
    public SplitText(Span<byte> destination)
    {
        _destination = ref MemoryMarshal.GetReference(destination);
        JoinedBytes = destination.Length;
    }

    /// <summary>So much stands in the destination already.</summary>
    public int JoinedBytes { get; }

    /// <summary>Where the text is read, at a batch's beginning.</summary>
    public ref byte Source(int offset) =>
        ref offset < JoinedBytes
            ? ref Unsafe.Add(ref _destination, offset)
            : ref Unsafe.Add(ref _tail, offset - _headBytes);

    /// <summary>How many of a number of whole batches are read in the destination.</summary>
    public int JoinedBatches(int offset, int batches) =>
        Math.Clamp((JoinedBytes - offset + AesBlocks.Bytes - 1) / AesBlocks.Bytes, 0, batches);
}
