using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <summary>The last datagrams of a stream as they left, encrypted, so that one can be sent again where no
/// retransmission format was agreed.</summary>
/// <remarks>
/// A second packet under an index would need the same key stream; the same bytes need none (RFC 3711
/// §3.3.1 and §9.1 forbid the first, a receiver's replay list takes care of the second).
/// Shape: a ring of bytes, each datagram in one piece; beside it the last <see cref="NumbersMax"/> sequence
/// numbers. Bounded: by both; the oldest datagrams are overwritten. Made when the first datagram comes: a
/// stream that was just taken over from another process may never send.
/// </remarks>
internal sealed class SentDatagrams(int capacityBytes)
{
    /// <summary>Bytes kept of a video stream. Chosen: 0.8 s of 2.5 Mbit/s, longer than a NACK and a round
    /// trip take.</summary>
    public const int VideoBytes = 256 * 1024;

    /// <summary>Bytes kept of an audio stream. Chosen: 3 s of 64 kbit/s with headers.</summary>
    public const int AudioBytes = 32 * 1024;

    /// <summary>Sequence numbers kept; a power of two. Chosen: no NACK for an older one is answered
    /// (the window of the forwarding's rewriter).</summary>
    private const int NumbersMax = 1024;

    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private long _written;

    /// <summary>Whether nothing was kept yet.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Keeps a datagram; one longer than the ring is not kept.</summary>
    [HotPath]
    public void Add(SequenceNumber sequence, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > capacityBytes)
        {
            return;
        }

        if (IsEmpty)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(capacityBytes);
            _entries = new Entry[NumbersMax];
        }

        var offset = (int)(_written % _bytes.Length);
        if (offset + datagram.Length > _bytes.Length)
        {
            // It would not be in one piece: the end of the ring stays unused this time.
            _written += _bytes.Length - offset;
            offset = 0;
        }

        datagram.CopyTo(_bytes.AsSpan(offset));
        _entries[sequence.Value % NumbersMax] = new Entry(_written, datagram.Length, sequence);
        _written += datagram.Length;
    }

    /// <summary>Copies a datagram that is still here; returns its length, or 0 when it is not or does not
    /// fit.</summary>
    [HotPath]
    public int CopyTo(SequenceNumber sequence, Span<byte> destination)
    {
        if (IsEmpty)
        {
            return 0;
        }

        ref readonly var entry = ref _entries[sequence.Value % NumbersMax];
        var isKept =
            entry.Length > 0
            && entry.Sequence == sequence
            && _written - entry.Start <= _bytes.Length;
        if (!isKept || entry.Length > destination.Length)
        {
            return 0;
        }

        _bytes.AsSpan((int)(entry.Start % _bytes.Length), entry.Length).CopyTo(destination);
        return entry.Length;
    }

    /// <summary>Where a datagram is.</summary>
    /// <param name="Start">Bytes that were written before it, ever.</param>
    /// <param name="Length">Its bytes; 0 for none.</param>
    /// <param name="Sequence">Its sequence number.</param>
    private readonly record struct Entry(long Start, int Length, SequenceNumber Sequence);
}
