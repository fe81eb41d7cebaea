using System.Buffers.Binary;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What a node tells the others of its PoP of flows: which are its own, and which have ended.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | version 1 | bytes of an entry 1 | node 2 | entries |
/// entry: | kind 1 | shard 1 | port 2 | address 16 | flags 1 |
/// flags: bit 0, it was said before; bits 1 and 2, a <see cref="FlowProof"/>; behind them, milliseconds since it was proved 4
/// </code>
/// A later version may append to entries. What is not understood is left out, never an error of the sender's
/// other entries. Said at once when a flow is new or ends, and all of them each <see cref="RepeatInterval"/>, so that every
/// loss heals and who comes later knows them too.
/// </remarks>
public static class FlowLetter
{
    /// <summary>How often a node says all its flows. Chosen: a node that starts knows them before a rollout goes on to
    /// the next; 1000 flows are 2.5 KB/s.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>Most entries of a letter. Chosen: 25 KB.</summary>
    public const int EntriesMax = 1000;

    /// <summary>Bytes before the first entry.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Bytes of an entry.</summary>
    public const int EntryBytes = AgeOffset + FlowFlags.AgeBytes;

    /// <summary>Those of the first version.</summary>
    private const int EntryBytesMin = FlagsOffset;

    private const int FlagsOffset = 20;
    private const int AgeOffset = FlagsOffset + 1;
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

    /// <summary>Appends an entry to the letter's rest; returns its length.</summary>
    public static int WriteEntry(Span<byte> rest, in FlowWord word)
    {
        rest[0] = word.HasEnded ? Ended : Owned;
        rest[1] = word.Shard;
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], word.Client.Port);
        word.Client.WriteIPv6(rest[4..]);
        rest[FlagsOffset] = FlowFlags.Write(word.Proof, word.IsRepeated);
        FlowFlags.WriteAge(rest[AgeOffset..], word.ProvedAgo);
        return EntryBytes;
    }

    /// <summary>Reads whose letter it is; false when it is none.</summary>
    public static bool TryReadNode(ReadOnlySpan<byte> letter, out ushort node) =>
        TryOpen(letter, self: 0, out node, out _, out _);

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
        if (!TryOpen(letter, self, out var node, out var entryBytes, out var entries))
        {
            return false;
        }

        for (; entries.Length > 0; entries = entries[entryBytes..])
        {
            Apply(entries[..entryBytes], node, table, now);
        }

        return true;
    }

    /// <summary>Calls back with each flow of which another node says that it is its own: for the first time, because it saw a
    /// check just now, or again, and that its client is there.</summary>
    /// <param name="letter">The letter; one that is none names nobody.</param>
    /// <param name="self">The number of this node.</param>
    /// <param name="claimed">Takes what is said.</param>
    public static void ReadClaims(ReadOnlySpan<byte> letter, ushort self, Action<FlowWord> claimed)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        if (!TryOpen(letter, self, out _, out var entryBytes, out var entries))
        {
            return;
        }

        for (; entries.Length > 0; entries = entries[entryBytes..])
        {
            // The first version does not say which are repeated.
            if (entries[0] == Owned && entryBytes > FlagsOffset)
            {
                var word = Read(entries[..entryBytes]);
                if (!word.IsRepeated || word.Proof == FlowProof.Proved)
                {
                    claimed(word);
                }
            }
        }
    }

    /// <summary>Finds the whole entries of a letter; those of an own one are none.</summary>
    private static bool TryOpen(
        ReadOnlySpan<byte> letter,
        ushort self,
        out ushort node,
        out int entryBytes,
        out ReadOnlySpan<byte> entries
    )
    {
        node = 0;
        entryBytes = 0;
        entries = default;
        if (letter.Length < HeaderBytes || letter[0] != Version || letter[1] < EntryBytesMin)
        {
            return false;
        }

        entryBytes = letter[1];
        node = BinaryPrimitives.ReadUInt16BigEndian(letter[2..]);
        var count = Math.Min((letter.Length - HeaderBytes) / entryBytes, EntriesMax);
        entries = letter.Slice(HeaderBytes, node == self ? 0 : count * entryBytes);
        return true;
    }

    private static void Apply(ReadOnlySpan<byte> entry, ushort node, FlowTable table, Instant now)
    {
        if (entry[0] is not (Owned or Ended))
        {
            return;
        }

        var word = Read(entry);
        if (word.HasEnded)
        {
            table.Remove(word.Client, node);
        }
        else
        {
            var owner = new FlowOwner(node, word.Shard);
            table.Set(owner, word, now);
        }
    }

    private static FlowWord Read(ReadOnlySpan<byte> entry)
    {
        var client = NetworkAddress.FromIPv6(
            entry.Slice(4, 16),
            BinaryPrimitives.ReadUInt16BigEndian(entry[2..])
        );
        var flags = entry.Length > FlagsOffset ? entry[FlagsOffset] : (byte)0;
        var proof = FlowFlags.Read(flags, out var isRepeated);
        return new FlowWord(client, entry[1])
        {
            HasEnded = entry[0] == Ended,
            IsRepeated = isRepeated,
            Proof = proof,
            // Only who writes this writes when.
            ProvedAgo =
                proof == FlowProof.Proved ? FlowFlags.ReadAge(entry[AgeOffset..]) : TimeSpan.Zero,
        };
    }
}
