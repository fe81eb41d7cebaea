using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Ice.Paths;

/// <content>How they come into another process. TCP connections do not: they belong to a process.</content>
internal sealed partial class ValidatedAddresses
{
    /// <summary>Copies the addresses; returns how many.</summary>
    public int CopyTo(Span<NetworkAddress> destination)
    {
        var count = Math.Min(Count, destination.Length);
        for (var index = 0; index < count; index++)
        {
            destination[index] = _entries[index].Address;
        }

        return count;
    }

    /// <summary>Tells when an address was heard and consented last; false when it is not held.</summary>
    public bool TryFind(in NetworkAddress address, out Instant seenAt, out Instant consentAt)
    {
        var index = Find(in address);
        seenAt = index < 0 ? Instant.Never : _entries[index].SeenAt;
        consentAt = index < 0 ? Instant.Never : _entries[index].ConsentAt;
        return index >= 0;
    }

    /// <summary>Adds an address that another process held; false when there is no room, or it is held.</summary>
    public bool TryAdd(in NetworkAddress address, Instant seenAt, Instant consentAt)
    {
        if (Count == CountMax || Contains(in address))
        {
            return false;
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        _entries[Count++] = new Entry
        {
            Address = address,
            SeenAt = seenAt,
            ConsentAt = consentAt,
        };
        return true;
    }

    /// <summary>Writes those over UDP.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (entry.Address.Connection != 0)
            {
                continue;
            }

            var outer = writer.Begin();
            writer.Address(entry.Address);
            writer.Moment(entry.SeenAt);
            writer.Moment(entry.ConsentAt);
            writer.End(outer);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written; nothing may be held yet.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(CountMax, out var count);
        _entries = new Entry[Math.Max(CountUsual, count)];
        for (; Count < count && !reader.IsBroken; Count++)
        {
            var outer = reader.BeginWhole(valuesMin: 3);
            _entries[Count] = new Entry
            {
                Address = reader.Address(),
                SeenAt = reader.Moment(),
                ConsentAt = reader.Moment(),
            };
            reader.End(outer);
        }

        reader.End(list);
    }
}
