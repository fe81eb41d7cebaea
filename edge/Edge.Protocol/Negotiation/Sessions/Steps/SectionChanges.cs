using System.Collections.Immutable;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Finds what became of sections between two states of a session.</summary>
internal static class SectionChanges
{
    /// <summary>Ends first, then what goes on differently or begins, each in the order of the m-lines.</summary>
    public static ImmutableArray<SectionChange> Between(
        ImmutableArray<SessionSection> before,
        ImmutableArray<SessionSection> after
    )
    {
        var ends = ImmutableArray.CreateBuilder<SectionChange>();
        var rest = ImmutableArray.CreateBuilder<SectionChange>();
        for (var index = 0; index < Math.Max(before.Length, after.Length); index++)
        {
            var old = index < before.Length ? before[index] : null;
            var current = index < after.Length ? after[index] : null;
            if (old is not null && current is not null && IsSame(old, current))
            {
                Compare(old, current, ends, rest);
                continue;
            }

            if (old is not null)
            {
                Compare(old, old.Emptied(), ends, rest);
            }

            if (current is not null)
            {
                Compare(current.Emptied(), current, ends, rest);
            }
        }

        ends.AddRange(rest);
        return ends.ToImmutable();
    }

    private static bool IsSame(SessionSection one, SessionSection other) =>
        string.Equals(one.Mid, other.Mid, StringComparison.Ordinal);

    private static void Compare(
        SessionSection old,
        SessionSection current,
        ImmutableArray<SectionChange>.Builder ends,
        ImmutableArray<SectionChange>.Builder rest
    )
    {
        CompareReceiving(old, current, ends, rest);
        CompareSending(old, current, ends, rest);
        if (old.DataChannels == current.DataChannels)
        {
            return;
        }

        if (old.DataChannels is { } over)
        {
            var ended = new SectionChange(SectionChangeKind.DataChannelsEnded, old.Mid);
            ends.Add(ended with { DataChannels = over });
        }

        if (current.DataChannels is { } begun)
        {
            var started = new SectionChange(SectionChangeKind.DataChannelsStarted, current.Mid);
            rest.Add(started with { DataChannels = begun });
        }
    }

    private static void CompareReceiving(
        SessionSection old,
        SessionSection current,
        ImmutableArray<SectionChange>.Builder ends,
        ImmutableArray<SectionChange>.Builder rest
    )
    {
        if (ReferenceEquals(old.Receive, current.Receive))
        {
            return;
        }

        if (current.Receive is null)
        {
            ends.Add(new(SectionChangeKind.ReceiveEnded, old.Mid) { Media = old.Receive });
            return;
        }

        var kind = old.Receive is null
            ? SectionChangeKind.ReceiveStarted
            : SectionChangeKind.ReceiveChanged;
        rest.Add(new(kind, current.Mid) { Media = current.Receive });
    }

    private static void CompareSending(
        SessionSection old,
        SessionSection current,
        ImmutableArray<SectionChange>.Builder ends,
        ImmutableArray<SectionChange>.Builder rest
    )
    {
        if (
            ReferenceEquals(old.Send, current.Send)
            && (old.Send is null || old.Track == current.Track)
        )
        {
            return;
        }

        if (current.Send is null)
        {
            ends.Add(
                new(SectionChangeKind.SendEnded, old.Mid) { Media = old.Send, Track = old.Track }
            );
            return;
        }

        var kind = old.Send is null ? SectionChangeKind.SendStarted : SectionChangeKind.SendChanged;
        rest.Add(new(kind, current.Mid) { Media = current.Send, Track = current.Track });
    }
}
