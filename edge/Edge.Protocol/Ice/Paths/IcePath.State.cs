using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Ice.Paths;

/// <content>How it comes into another process.</content>
internal sealed partial class IcePath
{
    /// <summary>Whether what is sent goes over a TCP connection, which belongs to this process.</summary>
    public bool IsOverConnection => _selected.Connection != 0 && _validated.Contains(in _selected);

    /// <summary>Copies the addresses that passed a check; returns how many.</summary>
    public int CopyTo(Span<NetworkAddress> destination) => _validated.CopyTo(destination);

    /// <summary>Writes the addresses, and which is used.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="selectedUnder">The number of the credentials that <see cref="SelectedUnder"/> are; 0 for none.</param>
    public void Write(StateWriter writer, int selectedUnder)
    {
        var outer = writer.Begin();
        _validated.Write(writer);
        writer.UInt((ulong)selectedUnder);
        writer.Address(in _selected);
        // Over a connection it is as if that were closed, until it is there (TryRestore).
        writer.Moment(_selected.Connection == 0 ? ConsentAt : Instant.Never);
        writer.End(outer);
    }

    /// <summary>What is known of an address; false when it is not validated.</summary>
    public bool TryDescribe(in NetworkAddress address, out IcePathFacts facts)
    {
        var isHeld = _validated.TryFind(in address, out var seenAt, out var consentAt);
        facts = new IcePathFacts(seenAt, consentAt, address == _selected);
        return isHeld;
    }

    /// <summary>Goes on with an address that was validated in another process; false when there is no room.</summary>
    public bool TryRestore(in NetworkAddress address, in IcePathFacts facts)
    {
        if (!_validated.TryAdd(in address, facts.SeenAt, facts.ConsentAt))
        {
            return false;
        }

        if (facts.IsSelected)
        {
            _selected = address;
            ConsentAt = facts.ConsentAt;
        }

        return true;
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="generations">The credentials by their numbers.</param>
    public void Read(ref StateReader reader, scoped ReadOnlySpan<IceGeneration?> generations)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _validated.Read(ref reader);
        SelectedUnder = generations[reader.Int32(generations.Length - 1)];
        _selected = reader.Address();
        ConsentAt = reader.Moment();
        reader.End(outer);
    }
}
