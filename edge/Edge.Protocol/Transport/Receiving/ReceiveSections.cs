using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>The m-sections of a peer that sends us media; they come and go.</summary>
/// <remarks>An index stays with its section; that of a section that ended is given to a later one.</remarks>
internal sealed class ReceiveSections
{
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

    /// <summary>Ends a section.</summary>
    public void Remove(int index) => _items[index] = ReceiveSection.Vacant;
}
