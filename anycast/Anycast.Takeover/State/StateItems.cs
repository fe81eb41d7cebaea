using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.State;

/// <summary>Writes what is stored into messages, and stores what messages carry.</summary>
internal static class StateItems
{
    /// <summary>Writes all that was written behind a mark; all there is behind none.</summary>
    public static void WriteSince(SessionState state, StateMark mark, bool isWitness, Outbox outbox)
    {
        if (state.Members is { } members && state.MembersMark.Number > mark.Number)
        {
            outbox.Members(members, state.MembersMark);
        }

        foreach (var (stream, bound) in state.Bounds)
        {
            if (mark == StateMark.None || bound.Number > mark.Number)
            {
                outbox.Bound(stream, bound.Value);
            }
        }

        if (isWitness)
        {
            return;
        }

        foreach (var (key, section) in state.Sections)
        {
            if (mark == StateMark.None || section.Number > mark.Number)
            {
                outbox.Section(key, section.Value);
            }
        }
    }

    /// <summary>Writes what a vote tells: the bounds always, the parts only to who has older ones.</summary>
    public static void WriteVote(SessionState state, bool hasParts, Outbox outbox)
    {
        outbox.MarkItem(state.Mark);
        if (state.Members is { } members)
        {
            outbox.Members(members, state.MembersMark);
        }

        foreach (var (stream, bound) in state.Bounds)
        {
            outbox.Bound(stream, bound.Value);
        }

        if (!hasParts)
        {
            return;
        }

        outbox.Whole();
        foreach (var (key, section) in state.Sections)
        {
            outbox.Section(key, section.Value);
        }
    }

    /// <summary>Whether every item that this version knows can be read, so that what follows is stored as a whole or
    /// not at all.</summary>
    public static bool AreReadable(ReadOnlySpan<byte> body)
    {
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            var isReadable = kind switch
            {
                ItemKind.Members => ItemReader.TryReadMembers(item, out _, out _),
                ItemKind.Bound => ItemReader.TryReadBound(item, out _, out _),
                ItemKind.Section => ItemReader.TryReadSection(item, out _, out _),
                ItemKind.Last => ItemReader.TryReadLast(item, out _, out _),
                ItemKind.Mark => ItemReader.TryReadMark(item, out _),
                ItemKind.Whole or ItemKind.None or _ => true,
            };
            if (!isReadable)
            {
                return false;
            }
        }

        return items.IsAtEnd;
    }

    /// <summary>Stores the items of an owner.</summary>
    public static void Store(
        SessionState state,
        ReadOnlySpan<byte> body,
        StateMark mark,
        bool isWitness
    )
    {
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            if (
                kind == ItemKind.Members
                && ItemReader.TryReadMembers(item, out var members, out var at)
            )
            {
                state.Store(members, at);
            }
            else if (kind == ItemKind.Section && !isWitness)
            {
                _ = ItemReader.TryReadSection(item, out var key, out var value);
                state.Store(key, value, mark.Number);
            }
        }

        StoreBounds(state, body, mark.Number);
        state.Store(mark);
    }

    /// <summary>Stores the reservations alone.</summary>
    public static void StoreBounds(SessionState state, ReadOnlySpan<byte> body, long number)
    {
        var items = new ItemReader(body);
        while (items.TryRead(out var kind, out var item))
        {
            if (
                kind == ItemKind.Bound
                && ItemReader.TryReadBound(item, out var stream, out var value)
            )
            {
                state.Store(stream, value, number);
            }
        }
    }
}
