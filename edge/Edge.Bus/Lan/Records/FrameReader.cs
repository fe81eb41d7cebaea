using System.Buffers.Binary;

namespace Edge.Bus.Lan.Records;

/// <summary>Goes through the frames of a record.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> frames)
{
    private ReadOnlySpan<byte> _rest = frames;

    /// <summary>Whether something is left that is no whole frame.</summary>
    public readonly bool IsBroken => !_rest.IsEmpty;

    /// <summary>Takes the next frame; false at the end, or when it is not whole.</summary>
    public bool TryRead(out FrameKind kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        if (_rest.Length < FrameFormat.HeaderBytes)
        {
            return false;
        }

        var lengthBytes = BinaryPrimitives.ReadUInt32BigEndian(_rest[1..]);
        if (lengthBytes > (uint)(_rest.Length - FrameFormat.HeaderBytes))
        {
            return false;
        }

        kind = (FrameKind)_rest[0];
        body = _rest.Slice(FrameFormat.HeaderBytes, (int)lengthBytes);
        _rest = _rest[(FrameFormat.HeaderBytes + body.Length)..];
        return true;
    }
}
