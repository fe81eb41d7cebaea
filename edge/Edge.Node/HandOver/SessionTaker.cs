using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Node.HandOver;

/// <summary>Makes sessions out of what another node wrote, so that their clients notice nothing.</summary>
/// <remarks>Of a group all are made, or none: whoever wrote it gives it to another then. Threads: any.</remarks>
internal sealed class SessionTaker(NodeState node, SessionFactory factory) : IHandOverTaker
{
    /// <inheritdoc/>
    public HandOverOffer Consider()
    {
        var wouldTake = !node.IsLeaving && !node.IsDeparting && !factory.IsFull(out _);
        return new(wouldTake, node.Options.SessionsMax - node.Sessions.Count);
    }

    /// <inheritdoc/>
    public async ValueTask<HandOverRefusal?> TakeAsync(
        ReadOnlyMemory<byte> group,
        CancellationToken cancellation
    )
    {
        var (wouldTake, room) = Consider();
        if (!wouldTake)
        {
            return HandOverRefusal.NotReady;
        }

        if (GroupLetter.TryRead(group) is not { } sessions)
        {
            return HandOverRefusal.Unreadable;
        }

        return sessions.Count > room
            ? HandOverRefusal.Full
            : await TakeAsync(sessions, isReturn: false);
    }

    /// <summary>Takes a group back that nobody else took.</summary>
    /// <returns>Null when it goes on here.</returns>
    public ValueTask<HandOverRefusal?> ReturnAsync(IReadOnlyList<byte[]> sessions) =>
        TakeAsync(
            [.. sessions.Select(session => new ReadOnlyMemory<byte>(session))],
            isReturn: true
        );

    private async ValueTask<HandOverRefusal?> TakeAsync(
        List<ReadOnlyMemory<byte>> sessions,
        bool isReturn
    )
    {
        if (Read(sessions) is not { } letters)
        {
            return HandOverRefusal.Unreadable;
        }

        if (!isReturn && letters.Exists(IsKnown))
        {
            letters.ForEach(letter => letter.Dispose());
            return HandOverRefusal.Known;
        }

        var made = new List<(Session Session, SessionLetter Letter)>();
        var knowledge = new GroupKnowledge();
        foreach (var letter in letters.OrderBy(letter => letter.Facts.Role))
        {
            if (await MakeAsync(letter, knowledge) is { } session)
            {
                made.Add((session, letter));
                continue;
            }

            Abandon(made, letters);
            return HandOverRefusal.Other;
        }

        await ResumeAsync(made, knowledge);
        return null;
    }

    private bool IsKnown(SessionLetter letter) =>
        node.Sessions.TryFindById(letter.Facts.Id, out _);

    private List<SessionLetter>? Read(List<ReadOnlyMemory<byte>> sessions)
    {
        var now = node.Clock.Now();
        var letters = new List<SessionLetter>(sessions.Count);
        foreach (var bytes in sessions)
        {
            if (SessionLetter.TryRead(bytes.Span, factory, factory.Fork(), now) is { } letter)
            {
                letters.Add(letter);
                continue;
            }

            letters.ForEach(read => read.Dispose());
            return null;
        }

        return letters;
    }

    private async ValueTask<Session?> MakeAsync(SessionLetter letter, GroupKnowledge knowledge)
    {
        var session = factory.Restore(letter);
        return letter.Facts.Role switch
        {
            SessionRole.Publisher => MakePublisher(session, letter, knowledge),
            SessionRole.Player => await MakePlayerAsync(session, letter, knowledge),
            _ => null,
        };
    }

    private Session MakePublisher(
        Session session,
        SessionLetter letter,
        GroupKnowledge knowledge
    )
    {
        Know(session);
        node.Apply(node.Streams.Publish(session, session.Media));
        foreach (var part in letter.Media.Published)
        {
            if (session.Published.ElementAtOrDefault(part.Section) is { } published)
            {
                published.Source.Name = part.Source;
                published.Source.Track.NoteBegun();
                knowledge.Add(published.Source.Track, part.Knowledge);
            }
        }

        node.StreamDesk?.HandlePublished(session.Stream, node.Clock.Now());
        return session;
    }

    private async ValueTask<Session?> MakePlayerAsync(
        Session session,
        SessionLetter letter,
        GroupKnowledge knowledge
    )
    {
        if (
            node.Streams.Playable(session.Stream).IsEmpty
            && node.StreamDesk is { } desk
            && !await desk.FindAsync(session.Stream)
        )
        {
            return null;
        }

        var sources = node.Streams.Playable(session.Stream);
        var played = new PlayedTrack?[letter.Media.Played.Max(part => part.Stream) + 1];
        foreach (var part in letter.Media.Played)
        {
            var source = sources
                .Where(each => each.Track.Description.Kind == part.Media.Kind)
                .ElementAtOrDefault(part.Ordinal);
            if (source is null)
            {
                return null;
            }

            played[part.Stream] = new PlayedTrack(
                session,
                part.Stream,
                part.Media,
                source.Track,
                part.Subscription
            )
            {
                Terms = part.Terms,
            };
            knowledge.Add(source.Track, part.Knowledge);
        }

        session.Played = played;
        Know(session);
        if (node.Streams.TryAddPlayer(session))
        {
            return session;
        }

        node.Forget(session);
        return null;
    }

    private void Know(Session session)
    {
        node.Know(session, session.Fragments[^1]);
        foreach (var fragment in session.Fragments.AsSpan(0, session.Fragments.Length - 1))
        {
            node.Sessions.AddFragment(session, fragment);
        }
    }

    private void Abandon(
        List<(Session Session, SessionLetter Letter)> made,
        List<SessionLetter> letters
    )
    {
        foreach (var (session, _) in made)
        {
            session.State = SessionState.Closed;
            node.Forget(session);
        }

        letters.ForEach(letter => letter.Dispose());
    }

    private async Task ResumeAsync(
        List<(Session Session, SessionLetter Letter)> made,
        GroupKnowledge knowledge
    )
    {
        var resumed = new List<Task>(made.Count);
        foreach (var (session, letter) in made)
        {
            var done = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            resumed.Add(done.Task);
            node.Shards[session.OwnerShard]
                .Post(new ShardCommand.Resume(session, letter, knowledge, done));
        }

        await Task.WhenAll(resumed);
    }
}
