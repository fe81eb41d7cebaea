using System.Buffers.Binary;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What a node tells the others of its PoP of sessions that it has taken over, and whose names go on naming the node
/// that they were made at.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | version 1 | bytes of an entry 1 | node 2 | entries |
/// entry: | name 1: 1 an id, 2 a fragment | flags 1: bit 0, it was said before; bit 1, it has ended | former node 2 | MAC 8 |
/// </code>
/// The rest is as for <see cref="FlowLetter"/>: a later version may append to entries, what is not understood is left out, and
/// everything is said at once and again each <see cref="FlowLetter.RepeatInterval"/>.
/// </remarks>
public static class AdoptionLetter
{
    /// <summary>Most entries of a letter. Chosen: 12 KB.</summary>
    public const int EntriesMax = 1000;

    /// <summary>Bytes before the first entry.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Bytes of an entry.</summary>
    public const int EntryBytes = MarkOffset + sizeof(ulong);

    private const int FlagsOffset = 1;
    private const int FormerOffset = 2;
    private const int MarkOffset = 4;
    private const byte Version = 1;
    private const byte Repeated = 1;
    private const byte Ended = 2;

    /// <summary>Begins a letter; returns its length so far.</summary>
    public static int WriteHeader(Span<byte> letter, ushort node)
    {
        letter[0] = Version;
        letter[1] = EntryBytes;
        BinaryPrimitives.WriteUInt16BigEndian(letter[2..], node);
        return HeaderBytes;
    }

    /// <summary>Appends an entry to the letter's rest; returns its length.</summary>
    public static int WriteEntry(Span<byte> rest, in AdoptionWord word)
    {
        rest[0] = ToByte(word.Name);
        rest[FlagsOffset] = (byte)((word.IsRepeated ? Repeated : 0) | (word.HasEnded ? Ended : 0));
        BinaryPrimitives.WriteUInt16BigEndian(rest[FormerOffset..], word.Former);
        BinaryPrimitives.WriteUInt64BigEndian(rest[MarkOffset..], word.Mark);
        return EntryBytes;
    }

    /// <summary>Notes in a table what a letter says of names of one kind; false when it is none. A letter of
    /// <paramref name="self"/> changes nothing.</summary>
    public static bool TryApply(
        ReadOnlySpan<byte> letter,
        ushort self,
        AdoptedName name,
        AdoptionTable table,
        Instant now
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        if (letter.Length < HeaderBytes || letter[0] != Version || letter[1] < EntryBytes)
        {
            return false;
        }

        int entryBytes = letter[1];
        var node = BinaryPrimitives.ReadUInt16BigEndian(letter[2..]);
        if (node == self)
        {
            return true;
        }

        var count = Math.Min((letter.Length - HeaderBytes) / entryBytes, EntriesMax);
        for (var index = 0; index < count; index++)
        {
            var entry = letter.Slice(HeaderBytes + (index * entryBytes), EntryBytes);
            if (entry[0] == ToByte(name))
            {
                Apply(entry, node, table, now);
            }
        }

        return true;
    }

    private static void Apply(
        ReadOnlySpan<byte> entry,
        ushort node,
        AdoptionTable table,
        Instant now
    )
    {
        var mark = BinaryPrimitives.ReadUInt64BigEndian(entry[MarkOffset..]);
        if ((entry[FlagsOffset] & Ended) != 0)
        {
            table.Remove(mark, node);
            return;
        }

        var former = BinaryPrimitives.ReadUInt16BigEndian(entry[FormerOffset..]);
        table.Set(mark, node, former, (entry[FlagsOffset] & Repeated) != 0, now);
    }

    private static byte ToByte(AdoptedName name) => (byte)(name == AdoptedName.Session ? 1 : 2);
}
