using System.Buffers.Binary;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What a node tells the others of its PoP of flows: which are its own, and which have ended.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | version 1 | bytes of an entry 1 | node 2 | entries |
/// entry: | kind 1 | shard 1 | port 2 | address 16 |
/// </code>
/// A later version may append to entries. What is not understood is left out, never an error of the sender's
/// other entries. Said at once when a flow is new or ends, and all of them each <see cref="RepeatInterval"/>, so that every
/// loss heals and who comes later knows them too.
/// </remarks>
public static class FlowLetter
{
    /// <summary>How often a node says all its flows. Chosen: a node that starts knows them before a rollout goes on to
    /// the next; 1000 flows are 2 KB/s.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>Most entries of a letter. Chosen: 20 KB.</summary>
    public const int EntriesMax = 1000;

    /// <summary>Bytes before the first entry.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Bytes of an entry.</summary>
    public const int EntryBytes = 20;

    private const byte Version = 1;
    private const byte Owned = 1;
    private const byte Ended = 2;

    /// <summary>Begins a letter; returns its length so far.</summary>
    public static int WriteHeader(Span<byte> letter, ushort node)
    {
        letter[0] = Version;
        letter[1] = EntryBytes;
        BinaryPrimitives.WriteUInt16BigEndian(letter[2..], node);
        return HeaderBytes;
    }

    /// <summary>Appends an entry; returns its length.</summary>
    /// <param name="rest">The letter behind what was written.</param>
    /// <param name="client">The client's address.</param>
    /// <param name="shard">The owner's shard.</param>
    /// <param name="hasEnded">Whether the flow is nobody's now.</param>
    public static int WriteEntry(
        Span<byte> rest,
        in NetworkAddress client,
        byte shard,
        bool hasEnded
    )
    {
        rest[0] = hasEnded ? Ended : Owned;
        rest[1] = shard;
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], client.Port);
        client.WriteIPv6(rest[4..]);
        return EntryBytes;
    }

    /// <summary>Notes in a table what a letter says; false when it is none. What a node says of itself is for the others: a
    /// letter of <paramref name="self"/> changes nothing.</summary>
    public static bool TryApply(
        ReadOnlySpan<byte> letter,
        ushort self,
        FlowTable table,
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
        var entries = letter[HeaderBytes..];
        for (
            var read = 0;
            node != self && read < EntriesMax && entries.Length >= entryBytes;
            read++
        )
        {
            Apply(entries, node, table, now);
            entries = entries[entryBytes..];
        }

        return true;
    }

    private static void Apply(ReadOnlySpan<byte> entry, ushort node, FlowTable table, Instant now)
    {
        var client = NetworkAddress.FromIPv6(
            entry.Slice(4, 16),
            BinaryPrimitives.ReadUInt16BigEndian(entry[2..])
        );
        if (entry[0] == Owned)
        {
            table.Set(client, new FlowOwner(node, entry[1]), now);
        }
        else if (entry[0] == Ended)
        {
            table.Remove(client, node);
        }
    }
}
