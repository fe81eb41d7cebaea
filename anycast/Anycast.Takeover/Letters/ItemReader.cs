using System.Buffers.Binary;
using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Letters;

/// <summary>Reads the items of a message's body.</summary>
/// <remarks>
/// Format, big endian; a later version may append to each:
/// <code>
/// item:    | kind 1 | bytes that follow 2 | ... |
/// Members: | mark 16 | owner 14 | current: count 1, next: count 1 | voters: seat 14, is a witness 1 |
/// Bound:   | kind 1 | generation 1 | SSRC 4 | bound 8 | floor 8 |
/// Section: | key 4 | value |
/// Last:    | kind 1 | generation 1 | SSRC 4 | index 8 |
/// Mark:    | epoch 8 | number 8 |
/// </code>
/// </remarks>
internal ref struct ItemReader(ReadOnlySpan<byte> body)
{
    /// <summary>Bytes before an item's own.</summary>
    public const int PrefixBytes = 3;

    /// <summary>Bytes of a mark.</summary>
    public const int MarkBytes = 16;

    /// <summary>Bytes of a stream's name.</summary>
    public const int StreamBytes = 6;

    /// <summary>Bytes of who votes before the voters.</summary>
    public const int MembersBytes = MarkBytes + MessageHeader.VoterBytes + 2;

    /// <summary>Bytes of a voter there.</summary>
    public const int VoterBytes = MessageHeader.VoterBytes + 1;

    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next item; false at the end.</summary>
    public bool TryRead(out ItemKind kind, out ReadOnlySpan<byte> item)
    {
        kind = ItemKind.None;
        item = default;
        if (_rest.Length < PrefixBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]);
        if (_rest.Length < PrefixBytes + length)
        {
            return false;
        }

        kind = (ItemKind)_rest[0];
        item = _rest.Slice(PrefixBytes, length);
        _rest = _rest[(PrefixBytes + length)..];
        return true;
    }

    /// <summary>Reads a mark.</summary>
    public static bool TryReadMark(ReadOnlySpan<byte> item, out StateMark mark)
    {
        mark = default;
        if (item.Length < MarkBytes)
        {
            return false;
        }

        mark = new StateMark(
            BinaryPrimitives.ReadInt64BigEndian(item),
            BinaryPrimitives.ReadInt64BigEndian(item[8..])
        );
        return mark.Epoch is >= 0 and < long.MaxValue / 2
            && mark.Number is >= 0 and < long.MaxValue / 2;
    }

    /// <summary>Reads who votes.</summary>
    public static bool TryReadMembers(
        ReadOnlySpan<byte> item,
        out Membership members,
        out StateMark mark
    )
    {
        members = new Membership(default, default, default);
        if (!TryReadMark(item, out mark) || item.Length < MembersBytes)
        {
            return false;
        }

        var counts = item[(MembersBytes - 2)..];
        var rest = item[MembersBytes..];
        if (
            !TryReadSet(rest, counts[0], out var current)
            || !TryReadSet(rest[(counts[0] * VoterBytes)..], counts[1], out var next)
        )
        {
            return false;
        }

        members = new Membership(MessageHeader.ReadVoter(item[MarkBytes..]), current, next);
        return current.Count > 0;
    }

    /// <summary>Reads a reservation.</summary>
    public static bool TryReadBound(
        ReadOnlySpan<byte> item,
        out StreamId stream,
        out Reservation value
    )
    {
        value = default;
        if (!TryReadLast(item, out stream, out var bound) || item.Length < StreamBytes + 16)
        {
            return false;
        }

        var floor = BinaryPrimitives.ReadInt64BigEndian(item[(StreamBytes + 8)..]);
        value = new Reservation(bound, floor);
        return IsIndex(floor);
    }

    /// <summary>Reads the last index of a stream.</summary>
    public static bool TryReadLast(ReadOnlySpan<byte> item, out StreamId stream, out long index)
    {
        stream = default;
        index = 0;
        if (item.Length < StreamBytes + 8)
        {
            return false;
        }

        stream = new StreamId(
            (StreamKind)item[0],
            item[1],
            BinaryPrimitives.ReadUInt32BigEndian(item[2..])
        );
        index = BinaryPrimitives.ReadInt64BigEndian(item[StreamBytes..]);
        return IsIndex(index);
    }

    /// <summary>Reads a part of the session.</summary>
    public static bool TryReadSection(
        ReadOnlySpan<byte> item,
        out uint key,
        out ReadOnlySpan<byte> value
    )
    {
        var isOne = item.Length >= sizeof(uint);
        key = isOne ? BinaryPrimitives.ReadUInt32BigEndian(item) : 0;
        value = isOne ? item[sizeof(uint)..] : default;
        return isOne;
    }

    /// <summary>One below the first index stands for none sent yet.</summary>
    private static bool IsIndex(long index) => index is >= -1 and < 1L << 48;

    private static bool TryReadSet(ReadOnlySpan<byte> source, int count, out VoterSet set)
    {
        set = default;
        if (count > VoterSet.CountMax || source.Length < count * VoterBytes)
        {
            return false;
        }

        for (var index = 0; index < count; index++)
        {
            var voter = source[(index * VoterBytes)..];
            set = set.With(
                new Voter(
                    MessageHeader.ReadVoter(voter),
                    IsWitness: voter[MessageHeader.VoterBytes] != 0
                )
            );
        }

        return set.Count == count;
    }
}
