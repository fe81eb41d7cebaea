using System.Buffers;
using Edge.Mesh.Messages;
using Edge.Wire.Mesh.Messages;

namespace Edge.Node.MeshLink.Channels;

/// <summary>Makes messages of another node whole again, in order.</summary>
/// <remarks>Bounded: one unfinished message of <see cref="Wire.Mesh.MeshLimits.MessageBytesMax"/>. Threads: one
/// owner.</remarks>
/// <param name="generation">Which life of the channel, or which grant of replies, it is about.</param>
/// <param name="first">The number of the first message.</param>
internal sealed class MessageAssembly(ulong generation, ulong first)
{
    private readonly MessageOrder _order = new(first);
    private byte[]? _buffer;

    /// <summary>Which life of the channel, or which grant of replies, it is about.</summary>
    public ulong Generation => generation;

    /// <summary>The number of the last message that came or is known to be missing.</summary>
    public ulong Last => _order.Last;

    /// <summary>Takes a part; what <see cref="Whole"/> gave before is over.</summary>
    /// <param name="part">The part.</param>
    /// <param name="lostUpTo">The number of the last message that is now known to be missing; 0 when none is.</param>
    public MessageVerdict Take(in MeshMessage part, out ulong lostUpTo)
    {
        lostUpTo = 0;
        if (part.Generation != generation)
        {
            return MessageVerdict.Drop;
        }

        var verdict = _order.Judge(part, out lostUpTo);
        if (lostUpTo != 0 || (part.Offset == 0 && verdict != MessageVerdict.Drop))
        {
            Clear();
        }

        var isAlone = verdict == MessageVerdict.Complete && part.Offset == 0;
        if (verdict != MessageVerdict.Drop && !isAlone)
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(part.TotalLength);
            part.Bytes.CopyTo(_buffer.AsSpan(part.Offset));
        }

        return verdict;
    }

    /// <summary>The message that a part completed.</summary>
    public ReadOnlySpan<byte> Whole(in MeshMessage last) =>
        last.Offset == 0 ? last.Bytes : _buffer.AsSpan(0, last.TotalLength);

    /// <summary>Lets go of what is unfinished.</summary>
    public void Clear()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
