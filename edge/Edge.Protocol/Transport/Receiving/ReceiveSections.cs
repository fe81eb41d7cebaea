using Edge.Protocol.Negotiation;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>The m-sections of a peer that sends us media; they come and go.</summary>
/// <remarks>An index stays with its section; that of a section that ended is given to a later one.</remarks>
internal sealed class ReceiveSections
{
    /// <summary>As many as an index of one byte tells apart (<see cref="StreamBinding"/>).</summary>
    private const int CountMax = 256;

    private ReceiveSection[] _items = [];

    /// <summary>The sections by index; those that ended have no layers.</summary>
    public ReadOnlySpan<ReceiveSection> Items => _items;

    /// <summary>How many indices are given.</summary>
    public int Length => _items.Length;

    /// <summary>A section.</summary>
    public ReceiveSection this[int index] => _items[index];

    /// <summary>Adds a section; returns its index.</summary>
    public int Add(MediaAgreement media)
    {
        var index = Array.FindIndex(_items, section => section.IsVacant);
        if (index < 0)
        {
            index = _items.Length;
            Array.Resize(ref _items, index + 1);
        }

        _items[index] = new ReceiveSection(media);
        return index;
    }

    /// <summary>Writes all of them, those that ended as nothing, so that each keeps its index.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var section in _items)
        {
            section.Write(writer);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(CountMax, out var count);
        _items = new ReceiveSection[count];
        for (var index = 0; index < count; index++)
        {
            _items[index] = ReceiveSection.Read(ref reader);
        }

        reader.End(list);
    }

    /// <summary>Ends a section.</summary>
    public void Remove(int index) => _items[index] = ReceiveSection.Vacant;
}
