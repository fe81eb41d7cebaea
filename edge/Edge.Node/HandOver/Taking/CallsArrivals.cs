using System.Collections.Immutable;
using Edge.Forwarding.Tracks;
using Edge.Node.HandOver.State;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Sound;
using Edge.Wire.Mesh;

namespace Edge.Node.HandOver.Taking;

/// <summary>Sessions of the session and track API that come from another node.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class CallsArrivals(NodeState node, CallsNode calls, SessionFactory factory)
{
    /// <summary>How long a track may take to be found that is at a third node. Chosen: a round trip between PoPs, and less
    /// than a client waits for without noticing much.</summary>
    private static readonly TimeSpan FindWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>Finds what the sessions publish and are sent. What is not found is over for who is sent it.</summary>
    public async ValueTask FindAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            var parts = arriving.Letter.Calls!;
            arriving.Tracks = parts.FindTracks(
                part => KnownHere(parts.Facts.Id, part.Name)?.Stream.Named,
                node.Options.Shards
            );
            foreach (var track in arriving.Tracks)
            {
                group.Add(parts.Facts.Id, track);
            }
        }

        await Task.WhenAll(
            group.In(SessionRole.Caller).Select(arriving => FindPulledAsync(arriving, group))
        );
    }

    /// <summary>Makes the sessions, for shards to drive.</summary>
    public async ValueTask EnterAsync(ArrivingGroup group)
    {
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            await group.TryAsync(arriving, () => MakeAsync(arriving, group));
        }

        JoinReaders(group);
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            await group.TryAsync(
                arriving,
                async () => await calls.ResumeChannelsAsync(arriving.Calls!)
            );
        }
    }

    /// <summary>Ends what was made of a session.</summary>
    public void End(ArrivingSession arriving)
    {
        if (arriving.Calls is { } session)
        {
            calls.EndArrived(session);
        }
    }

    /// <summary>Makes a session known, once its shard was given it.</summary>
    public void Know(ArrivingSession arriving) =>
        calls.Adopt(arriving.Calls!, arriving.Media, arriving.Channels?.Channels);

    /// <summary>Has a session that its shard drives look for what it reads.</summary>
    public void GoOn(ArrivingSession arriving) => calls.FindChannelsAgain(arriving.Calls!);

    /// <summary>Has a session that its shard drives look on for tracks whose publishers are nowhere yet: they may survive, too.</summary>
    public void LookOn(ArrivingSession arriving, ArrivingGroup group)
    {
        foreach (var reference in Missing(arriving.Letter.Calls!, group))
        {
            _ = calls.FindTrackAgainAsync(arriving.Calls!, reference);
        }
    }

    private static IEnumerable<PulledReference> Missing(
        CallsSessionParts parts,
        ArrivingGroup group
    ) => parts.References.Where(reference => !reference.IsOver && !group.Has(reference));

    /// <summary>Should the session go on elsewhere before they are found, they are looked for there.</summary>
    private void AwaitMissing(CallsSession session, CallsSessionParts parts, ArrivingGroup group)
    {
        if (node.Takeover is null)
        {
            return;
        }

        foreach (var reference in Missing(parts, group))
        {
            foreach (var pulled in session.Pulled.Values.Where(each => reference.IsOf(each.Track)))
            {
                pulled.Track.IsAwaited = true;
            }
        }
    }

    private RemoteTrack? KnownHere(string sessionId, string name) =>
        node.Engine is { } engine
        && engine.TryFind(TrackToken.Create(sessionId, name), out var remote)
            ? remote
            : null;

    private Task FindPulledAsync(ArrivingSession arriving, ArrivingGroup group)
    {
        var parts = arriving.Letter.Calls!;
        return Task.WhenAll(
            parts.References.Select(reference => FindPulledAsync(parts, reference, group))
        );
    }

    private async Task FindPulledAsync(
        CallsSessionParts parts,
        PulledReference reference,
        ArrivingGroup group
    )
    {
        if (reference.IsOver || group.Has(reference))
        {
            return;
        }

        var found = group.HasSurvived
            ? await calls.FindSoonAsync(parts.Facts, reference)
            : await calls.FindAgainAsync(
                parts.Facts,
                reference,
                FindWithin,
                CancellationToken.None
            );
        if (found is not null)
        {
            group.Add(reference.Publisher.SessionId, found);
        }
    }

    private async ValueTask MakeAsync(ArrivingSession arriving, ArrivingGroup group)
    {
        var parts = arriving.Letter.Calls!;
        var random = factory.Fork();
        var subscriptions = new Dictionary<string, Subscription>(StringComparer.Ordinal);
        foreach (var part in arriving.Letter.Engine?.Media.Played ?? [])
        {
            subscriptions[part.Media.Mid.ToString()] = part.Subscription;
        }

        var session = parts.Build(
            random,
            arriving.Letter.Identity,
            arriving.Tracks,
            group.Find,
            mid => subscriptions.GetValueOrDefault(mid) ?? SentTracks.Subscribe(random),
            node.Options.Shards
        );
        arriving.Calls = session;
        AwaitMissing(session, parts, group);
        if (arriving is not { Media: { } media, Letter.Engine: { } letter })
        {
            return;
        }

        media.Sound = new SessionSound(media, session.Audio ?? new());
        await PublishAsync(arriving, media, letter, group);
        Play(session, media, letter, group.Knowledge);
        if (letter.Channels is { } channels && media.Peer.Transport.Channels is { } transport)
        {
            arriving.Channels = channels.Build(transport, media, session);
            media.Channels = arriving.Channels.Channels;
        }
    }

    private async ValueTask PublishAsync(
        ArrivingSession arriving,
        Session media,
        EngineLetter letter,
        ArrivingGroup group
    )
    {
        var published = new PublishedTrack?[letter.Media.SectionCount];
        foreach (var part in letter.Media.Published)
        {
            var track = arriving.Tracks.FirstOrDefault(each =>
                string.Equals(each.Name, part.Name, StringComparison.Ordinal)
            );
            if (track is null)
            {
                continue;
            }

            if (node.Engine is { } mesh && KnownHere(media.Id, part.Name) is { } remote)
            {
                _ = mesh.TryTakeOver(remote.Token, out _);
            }

            var source = track.Stream.GoOn(
                part.Source,
                media,
                part.Section,
                TrackFormat.Of(part.Media)
            );
            track.Published = new PublishedTrack(part.Media, source);
            published[part.Section] = track.Published;
            group.Knowledge.Add(track.Stream, part.Knowledge);
            await ExportAsync(arriving, part.Section, track, group);

            node.GoOn(track.Stream);
        }

        media.Published = published;
    }

    /// <summary>Who watches a track elsewhere goes on with it.</summary>
    private async ValueTask ExportAsync(
        ArrivingSession arriving,
        int section,
        CallsTrack track,
        ArrivingGroup group
    )
    {
        if (node.Engine is not { } engine)
        {
            return;
        }

        if (arriving.Letter.Surroundings.Exports.TryGetValue(section, out var memory))
        {
            await engine.ResumeExportAsync(track.Stream, memory);
        }
        else if (group.HasSurvived)
        {
            var token = TrackToken.Create(track.Publisher.SessionId, track.Name);
            engine.ExportSurvived(track.Stream, token, track.Publisher.AppId);
        }
    }

    private static void Play(
        CallsSession session,
        Session media,
        EngineLetter letter,
        GroupKnowledge knowledge
    )
    {
        var played = new PlayedTrack?[letter.Media.StreamCount];
        foreach (var part in letter.Media.Played)
        {
            if (session.Pulled.TryGetValue(part.Media.Mid.ToString(), out var pulled))
            {
                var track = pulled.Track.Stream;
                knowledge.Add(track, part.Knowledge);
                pulled.Played = part.Restore(media, track);
                played[part.Stream] = pulled.Played;
            }
        }

        media.Played = played;
    }

    /// <summary>Who reads what came along reads on, before any shard drives either.</summary>
    private static void JoinReaders(ArrivingGroup group)
    {
        var published = new Dictionary<(string, string), PublishedChannel>();
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            foreach (var channel in arriving.Calls!.DataChannels.All)
            {
                if (channel.End is PublishedChannel { HasEnded: false } end)
                {
                    published[(arriving.Calls.Id, channel.Name)] = end;
                }
            }
        }

        foreach (var arriving in group.In(SessionRole.Caller))
        {
            foreach (var reader in arriving.Channels?.Awaited ?? [])
            {
                if (published.TryGetValue((reader.PublisherId, reader.Name), out var source))
                {
                    _ = reader.TryJoin(source);
                }
            }
        }
    }
}
