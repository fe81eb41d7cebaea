using Anycast.Steering;
using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.Transport;

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

        if (GroupLetter.TryRead(group) is not { } parcels)
        {
            return HandOverRefusal.Unreadable;
        }

        return parcels.Count > room
            ? HandOverRefusal.Full
            : await TakeAsync(parcels, isReturn: false);
    }

    /// <summary>Takes a group back that nobody else took.</summary>
    /// <returns>Null when it goes on here.</returns>
    public ValueTask<HandOverRefusal?> ReturnAsync(IReadOnlyList<byte[]> parcels) =>
        TakeAsync(
            [.. parcels.Select(parcel => new ReadOnlyMemory<byte>(parcel))],
            isReturn: true
        );

    private async ValueTask<HandOverRefusal?> TakeAsync(
        List<ReadOnlyMemory<byte>> parcels,
        bool isReturn
    )
    {
        if (Read(parcels) is not { } letters)
        {
            return HandOverRefusal.Unreadable;
        }

        if (!isReturn && letters.Exists(IsKnown))
        {
            letters.ForEach(letter => letter.Dispose());
            return HandOverRefusal.Known;
        }

        var arriving = new ArrivingGroup(letters.ConvertAll(Restore));
        if (!await FindPlayedAsync(arriving))
        {
            letters.ForEach(letter => letter.Dispose());
            return HandOverRefusal.Other;
        }

        // Nothing fails from here on.
        await PublishAsync(arriving);
        Play(arriving);
        await ResumeAsync(arriving, isReturn);
        return null;
    }

    private bool IsKnown(SessionLetter letter) =>
        node.Sessions.TryFindById(letter.Facts.Id, out _);

    private ArrivingSession Restore(SessionLetter letter) => new(factory.Restore(letter), letter);

    private List<SessionLetter>? Read(List<ReadOnlyMemory<byte>> parcels)
    {
        var now = node.Clock.Now();
        var letters = new List<SessionLetter>(parcels.Count);
        foreach (var parcel in parcels)
        {
            if (SessionLetter.TryRead(parcel.Span, factory, factory.Fork(), now) is { } letter)
            {
                letters.Add(letter);
                continue;
            }

            letters.ForEach(read => read.Dispose());
            return null;
        }

        return letters;
    }

    /// <summary>Sees that the streams that are played are known here, or come along; false when one is nowhere.</summary>
    private async ValueTask<bool> FindPlayedAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Player))
        {
            var key = arriving.Session.Stream;
            if (
                !group.Publishes(key)
                && node.Streams.Playable(key).IsEmpty
                && !node.Streams.IsKnown(key)
                && !(node.StreamDesk is { } desk && await desk.FindAsync(key))
            )
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask PublishAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Publisher))
        {
            await PublishAsync(arriving, group.Knowledge);
        }
    }

    private async ValueTask PublishAsync(ArrivingSession arriving, GroupKnowledge knowledge)
    {
        var (session, letter) = (arriving.Session, arriving.Letter);
        var (claim, exports) = letter.Surroundings;
        var moved = new MovedPublisher(
            session,
            claim?.Claim ?? new StreamClaim(0, default),
            [.. letter.Media.Published.Select(part => Source(part, exports))]
        );
        var change = node.Streams.PublishMoved(moved, node.StreamDesk?.OwnClaim(session.Stream));
        arriving.IsReplaced = change.Closing.Remove(session);
        node.Apply(change);
        foreach (var part in letter.Media.Published)
        {
            var track = session.Published[part.Section]!.Source.Track;
            track.NoteBegun();
            knowledge.Add(track, part.Knowledge);
            if (node.Engine is { } engine && exports.TryGetValue(part.Section, out var memory))
            {
                await engine.ResumeExportAsync(track, memory);
            }
        }

        if (claim is { } said && !arriving.IsReplaced)
        {
            node.StreamDesk?.GoOn(session.Stream, said);
        }
    }

    private static MovedPublisher.Source Source(
        PublishedPart part,
        IReadOnlyDictionary<int, ExportMemory> exports
    ) => new(part.Media, part.Source, exports.GetValueOrDefault(part.Section)?.Token);

    private void Play(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Player))
        {
            var session = arriving.Session;
            session.Played = PlayedOf(arriving, group.Knowledge);
            // Its publisher may have left meanwhile: then it ends like everybody who played.
            arriving.IsReplaced = !node.Streams.TryAddPlayer(session);
        }
    }

    private PlayedTrack?[] PlayedOf(ArrivingSession arriving, GroupKnowledge knowledge)
    {
        var parts = arriving.Letter.Media.Played;
        var tracks = node.Streams.Tracks(arriving.Session.Stream);
        var played = new PlayedTrack?[parts.Length == 0 ? 0 : parts.Max(part => part.Stream) + 1];
        foreach (var part in parts)
        {
            var track = tracks
                .Where(each => each.Description.Kind == part.Media.Kind)
                .ElementAtOrDefault(part.Ordinal);
            if (track is null)
            {
                continue;
            }

            knowledge.Add(track, part.Knowledge);
            played[part.Stream] = new PlayedTrack(
                arriving.Session,
                part.Stream,
                part.Media,
                track,
                part.Subscription
            )
            {
                Terms = part.Terms,
            };
        }

        return played;
    }

    private async Task ResumeAsync(ArrivingGroup group, bool isReturn)
    {
        var resumed = new List<Task>(group.Sessions.Count);
        foreach (var arriving in group.Sessions)
        {
            var session = arriving.Session;
            var done = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            resumed.Add(done.Task);
            Post(new ShardCommand.Resume(session, arriving.Letter, group.Knowledge, done));
            // After it: what comes for the session from now on finds it resumed.
            Know(session, isReturn);
            if (arriving.IsReplaced)
            {
                Post(new ShardCommand.Close(session, PeerClosedReason.Requested, Done: null));
            }
        }

        await Task.WhenAll(resumed);
    }

    private void Know(Session session, bool isReturn)
    {
        node.Know(session, session.Fragments[^1]);
        foreach (var fragment in session.Fragments.AsSpan(0, session.Fragments.Length - 1))
        {
            node.Sessions.AddFragment(session, fragment);
        }

        if (
            !isReturn
            && OwnerCode.TryReadSessionId(session.Id, factory.Keys, out var code)
                == OwnerCodeStatus.Ok
        )
        {
            node.Adoptions?.Adopt(session.Id, session.Fragments, code.Node);
        }

        if (session.IsOver)
        {
            // There was no room for it on its shard, which saw nobody who knew it.
            node.Forget(session);
        }
    }

    private void Post(ShardCommand.ForSession command) =>
        node.Shards[command.Session.OwnerShard].Post(command);
}
