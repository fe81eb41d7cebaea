using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Sctp;

/// <summary>Walks the chunks of a packet that <see cref="SctpPacket.TryParse"/> has checked.</summary>
public ref struct SctpChunkEnumerator
{
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _current;

    internal SctpChunkEnumerator(ReadOnlySpan<byte> chunks)
    {
        _rest = chunks;
        _current = default;
    }

    /// <summary>The chunk that <see cref="MoveNext"/> came to.</summary>
    public readonly SctpChunk Current => new(_current);

    /// <summary>Goes to the next chunk; false at the end.</summary>
    [HotPath]
    public bool MoveNext()
    {
        if (_rest.Length < SctpChunk.HeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        _current = _rest[..length];
        _rest = _rest[Math.Min(SctpPacket.Pad(length), _rest.Length)..];
        return true;
    }
}
