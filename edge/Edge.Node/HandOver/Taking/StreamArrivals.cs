using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver.Taking;

/// <summary>Publishers and players of named streams that come from another node.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class StreamArrivals(NodeState node)
{
    /// <summary>Sees that the streams that are played are known here, or come along; false when one is nowhere.</summary>
    public async ValueTask<bool> FindAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Player))
        {
            if (!await IsThereAsync(arriving, group))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the stream that a session plays is known here, or comes along; so for one that plays none.</summary>
    public async ValueTask<bool> IsThereAsync(ArrivingSession arriving, ArrivingGroup group)
    {
        if (arriving.Letter.Role != SessionRole.Player)
        {
            return true;
        }

        var key = arriving.Media!.Stream;
        return group.Publishes(key)
            || !node.Streams.Playable(key).IsEmpty
            || node.Streams.IsKnown(key)
            || (node.StreamDesk is { } desk && await desk.FindAsync(key));
    }

    /// <summary>Makes them part of their streams.</summary>
    public async ValueTask EnterAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Publisher))
        {
            await group.TryAsync(arriving, () => PublishAsync(arriving, group.Knowledge));
        }

        foreach (var arriving in group.In(SessionRole.Player))
        {
            await group.TryAsync(
                arriving,
                () =>
                {
                    Play(arriving, group.Knowledge);
                    return ValueTask.CompletedTask;
                }
            );
        }
    }

    private void Play(ArrivingSession arriving, GroupKnowledge knowledge)
    {
        var session = arriving.Media!;
        session.Played = PlayedOf(session, arriving.Letter.Engine!, knowledge);
        // Its publisher may have left meanwhile: then it ends like everybody who played.
        arriving.IsReplaced = !node.Streams.TryAddPlayer(session);
    }

    private async ValueTask PublishAsync(ArrivingSession arriving, GroupKnowledge knowledge)
    {
        var session = arriving.Media!;
        var parts = arriving.Letter.Engine!.Media.Published;
        var (claim, exports) = arriving.Letter.Surroundings;
        var moved = new MovedPublisher(
            session,
            claim?.Claim ?? new StreamClaim(0, default),
            [.. parts.Select(part => SourceOf(part, exports))]
        );
        var change = node.Streams.PublishMoved(moved, node.StreamDesk?.OwnClaim(session.Stream));
        arriving.IsReplaced = change.Closing.Remove(session);
        node.Apply(change);
        foreach (var part in parts)
        {
            var track = session.Published[part.Section]!.Source.Track;
            if (session.State == SessionState.Connected)
            {
                track.NoteBegun();
            }

            knowledge.Add(track, part.Knowledge);
            if (node.Engine is { } engine && exports.TryGetValue(part.Section, out var memory))
            {
                // Where nobody else took it, viewers of this node were about to take it from elsewhere.
                _ = engine.TryTakeOver(memory.Token, out _);
                await engine.ResumeExportAsync(track, memory);
            }
        }

        if (claim is { } said && !arriving.IsReplaced)
        {
            node.StreamDesk?.GoOn(session.Stream, said);
        }
    }

    private static MovedPublisher.Source SourceOf(
        PublishedPart part,
        IReadOnlyDictionary<int, ExportMemory> exports
    ) => new(part.Media, part.Source, exports.GetValueOrDefault(part.Section)?.Token);

    private PlayedTrack?[] PlayedOf(Session session, EngineLetter letter, GroupKnowledge knowledge)
    {
        var tracks = node.Streams.Tracks(session.Stream);
        var played = new PlayedTrack?[letter.Media.StreamCount];
        foreach (var part in letter.Media.Played)
        {
            var track = tracks
                .Where(each => each.Description.Kind == part.Media.Kind)
                .ElementAtOrDefault(part.Ordinal);
            if (track is not null)
            {
                knowledge.Add(track, part.Knowledge);
                played[part.Stream] = part.Restore(session, track);
            }
        }

        return played;
    }
}
