using Edge.Wire.Mesh.Messages;

namespace Edge.Mesh.Messages;

/// <summary>Puts the messages of another node in order: what goes on, what is missing, what was there before.</summary>
/// <remarks>Sans-IO. A message whose parts are not all there is missing as a whole. Nothing is let through twice
/// or after a later one. Threads: one owner.</remarks>
public sealed class MessageOrder
{
    private ulong _next;
    private int _offset;
    private int _totalLength;

    /// <summary>Begins with a message.</summary>
    /// <param name="first">Its number, from 1 on.</param>
    public MessageOrder(ulong first)
    {
        ArgumentOutOfRangeException.ThrowIfZero(first);
        _next = first;
    }

    /// <summary>The number of the last message that came or is known to be missing.</summary>
    public ulong Last => _next - 1;

    /// <summary>Judges a part.</summary>
    /// <param name="part">The part, of the life that this is about.</param>
    /// <param name="lostUpTo">The number of the last message that is now known to be missing; 0 when none is.
    /// What was appended of an unfinished one is then worth nothing.</param>
    public MessageVerdict Judge(in MeshMessage part, out ulong lostUpTo)
    {
        lostUpTo = 0;
        if (part.Number < _next || part.Number == ulong.MaxValue)
        {
            return MessageVerdict.Drop;
        }

        if (part.Kind == MeshMessageKind.Position)
        {
            lostUpTo = part.Number;
            Await(part.Number + 1);
            return MessageVerdict.Drop;
        }

        if (part.Number > _next)
        {
            lostUpTo = part.Number - 1;
            Await(part.Number);
        }

        if (part.Offset < _offset)
        {
            return MessageVerdict.Drop;
        }

        var goesOn =
            part.Offset == _offset && (part.Offset == 0 || part.TotalLength == _totalLength);
        if (!goesOn)
        {
            lostUpTo = part.Number;
            Await(part.Number + 1);
            return MessageVerdict.Drop;
        }

        if (part.IsLastPart)
        {
            Await(part.Number + 1);
            return MessageVerdict.Complete;
        }

        _totalLength = part.TotalLength;
        _offset += part.Bytes.Length;
        return MessageVerdict.Append;
    }

    private void Await(ulong number)
    {
        _next = number;
        _offset = 0;
    }
}
