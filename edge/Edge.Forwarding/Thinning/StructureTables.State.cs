using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to read the structure again.</content>
internal sealed partial class StructureTables
{
    /// <summary>Most bytes of an element (RFC 8285 §4.3).</summary>
    public const int ElementBytesMax = byte.MaxValue;

    private readonly byte[] _element = new byte[ElementBytesMax];
    private int _elementLength;

    /// <summary>The element that brought the structure; empty before one came.</summary>
    public ReadOnlySpan<byte> Element => _element.AsSpan(0, _elementLength);

    /// <summary>Keeps the element that brought the structure.</summary>
    public void Keep(ReadOnlySpan<byte> element)
    {
        _elementLength = Math.Min(element.Length, ElementBytesMax);
        element[.._elementLength].CopyTo(_element);
    }

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bytes(Element);
        writer.UInt(Active);
        writer.End(outer);
    }
}
