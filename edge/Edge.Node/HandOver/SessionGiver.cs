using System.Diagnostics.CodeAnalysis;
using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver;

/// <summary>Writes sessions of this node for another one, and forgets them once they are there.</summary>
/// <remarks>Threads: any; a session is in one group at a time.</remarks>
internal sealed partial class SessionGiver(NodeState node, CallsNode calls, SessionTaker taker)
{
    /// <summary>How long data channels may take until nothing of them is on its way. Chosen: many round trips between
    /// shards, and no client notices.</summary>
    private static readonly TimeSpan SettleWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a request may hold a session. Chosen: longer than a step takes; who waits for more goes later.</summary>
    public TimeSpan GateWithin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Writes those of a group that can move: they do nothing here from then on. The others go on.</summary>
    public async ValueTask<WrittenGroup> WriteAsync(IReadOnlyList<LeavingSession> sessions)
    {
        var leaving = await EnterAsync(sessions);
        var group = new MovingGroup(
            leaving.Select(session => session.Id).ToHashSet(StringComparer.Ordinal)
        );
        foreach (var session in leaving)
        {
            await TryAsync(session, () => PrepareAsync(session, group));
        }

        // All are held before the first is written: what a publisher sent has then been seen by all or by none.
        await Task.WhenAll(leaving.ConvertAll(HoldAsync));
        await SettleAsync(leaving);

        await Task.WhenAll(leaving.ConvertAll(session => CaptureAsync(session, group)));
        PartReaders(leaving);
        foreach (var stayed in leaving.FindAll(session => !session.IsWritten))
        {
            await TryAsync(stayed, () => ResumeAsync(stayed));
            Stay(stayed);
        }

        leaving.RemoveAll(session => !session.IsWritten);
        return await PackAsync(leaving);
    }

    /// <summary>Forgets the sessions of a group, which another node has now, or this one again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="to">The number of the node that has them.</param>
    /// <param name="isHere">Whether that is this one.</param>
    public async ValueTask ForgetAsync(WrittenGroup group, ushort to, bool isHere)
    {
        if (!isHere)
        {
            // First of all: what comes for them here goes there.
            foreach (var leaving in group.Sessions)
            {
                await TryAsync(
                    leaving,
                    () =>
                    {
                        NoteMoved(leaving, to);
                        return Task.CompletedTask;
                    }
                );
            }
        }

        await Task.WhenAll(group.Sessions.Select(leaving => ForgetAsync(leaving, to, isHere)));
    }

    /// <summary>Takes back a group that nobody else took; false when that cannot be: then its sessions have ended.</summary>
    public async ValueTask<bool> TryReturnAsync(WrittenGroup group)
    {
        if (await taker.ReturnAsync(group.Parcels) is null)
        {
            await ForgetAsync(group, node.Adoptions!.Self.Node, isHere: true);
            return true;
        }

        await LoseAsync(group);
        return false;
    }

    /// <summary>Ends the sessions of a group: nobody can be sure who has them.</summary>
    public async ValueTask LoseAsync(WrittenGroup group)
    {
        await Task.WhenAll(group.Sessions.Select(LoseOneAsync));
    }

    private async Task ForgetAsync(LeavingSession leaving, ushort to, bool isHere)
    {
        await TryAsync(
            leaving,
            () =>
            {
                Forget(leaving, to, isHere);
                return Task.CompletedTask;
            }
        );
        await DepartAsync(leaving, to);
        calls.FindChannelsAgain(leaving.ReadersLeft);
    }

    private async Task LoseOneAsync(LeavingSession leaving)
    {
        await TryAsync(leaving, () => LoseAsync(leaving));
        await DepartAsync(leaving, to: null);
        calls.FindChannelsAgain(leaving.ReadersLeft);
    }

    private Task LoseAsync(LeavingSession leaving)
    {
        foreach (var (source, track) in leaving.Followed)
        {
            Unfollow(source, track);
        }

        if (leaving.Media is { } media)
        {
            media.State = SessionState.Closed;
            node.StreamDesk?.EndMove(media.Stream);
            // That of a session with names ends with it.
            node.Forget(media);
        }
        else
        {
            _ = calls.Forget(leaving.Calls!);
        }

        return Task.CompletedTask;
    }

    /// <summary>Does something for one session; what fails for it holds up no other one.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session: an error of ours, or its end, costs it alone."
    )]
    private async Task TryAsync(LeavingSession leaving, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (OperationCanceledException)
        {
            // It has ended meanwhile.
            leaving.HasFailed = true;
        }
        catch (Exception error)
        {
            leaving.HasFailed = true;
            LogFailed(node.Logger, error);
        }
    }

    private async ValueTask<List<LeavingSession>> EnterAsync(IReadOnlyList<LeavingSession> sessions)
    {
        var entered = await Task.WhenAll(sessions.Select(TryEnterAsync));
        return [.. sessions.Where((_, index) => entered[index])];
    }

    private async Task<bool> TryEnterAsync(LeavingSession session)
    {
        if (!await session.Gate.WaitAsync(GateWithin))
        {
            return false;
        }

        if (!session.IsWhole)
        {
            session.Gate.Release();
            return false;
        }

        node.Adoptions?.Moving.Begin(session.Id);
        return true;
    }

    /// <summary>Brings to an end what requests and others have to do with a session.</summary>
    private async Task PrepareAsync(LeavingSession leaving, MovingGroup group)
    {
        if (leaving.Media is { Role: SessionRole.Publisher } publisher)
        {
            leaving.Claim = node.StreamDesk?.Release(publisher.Stream);
        }

        if (leaving.Calls is { } session)
        {
            await session.StopTellingAsync();
            await calls.LetReadersGoAsync(session, group.Has);
        }
    }

    private async Task HoldAsync(LeavingSession leaving)
    {
        if (leaving.Media is { } media)
        {
            var done = NewCompletion<bool>();
            Post(new ShardCommand.Hold(media, done));
            _ = await done.Task;
        }
    }

    /// <summary>Waits until nothing is on its way between data channels of the group, and writes what requests change of the
    /// sessions.</summary>
    private async ValueTask SettleAsync(List<LeavingSession> group)
    {
        // What one has settled may have given another something: only a round that follows one in which all had settled
        // shows that nothing is on its way.
        var deadline = node.Clock.Now() + SettleWithin;
        var settled = await SettleRoundAsync(group, deadline);
        settled.IntersectWith(await SettleRoundAsync(group, deadline));
        foreach (var leaving in group)
        {
            if (leaving.Calls is { } session && settled.Contains(leaving))
            {
                await TryAsync(
                    leaving,
                    async () =>
                    {
                        await calls.ReleaseChannelsAsync(session);
                        leaving.WriteCalls(node.Clock.Now());
                    }
                );
            }
        }
    }

    private async ValueTask<HashSet<LeavingSession>> SettleRoundAsync(
        List<LeavingSession> group,
        Instant deadline
    )
    {
        var settled = new HashSet<LeavingSession>();
        foreach (var leaving in group)
        {
            await TryAsync(
                leaving,
                async () =>
                {
                    // The last ones are looked at once, however late it is.
                    if (
                        leaving is not { Media: not null, Calls: { } session }
                        || await calls.TrySettleChannelsAsync(session, deadline - node.Clock.Now())
                    )
                    {
                        settled.Add(leaving);
                    }
                }
            );
        }

        return settled;
    }

    private async Task CaptureAsync(LeavingSession leaving, MovingGroup group)
    {
        var isReady = !leaving.HasFailed && (leaving.Calls is null || leaving.HasCalls);
        if (leaving.Media is not { } media || !isReady)
        {
            return;
        }

        var done = NewCompletion<SessionCaptured>();
        Post(new ShardCommand.Capture(media, group, leaving.Calls?.DataChannels, done));
        var captured = await done.Task;
        leaving.Take(captured);
        if (captured.Result != PeerCapture.Captured)
        {
            LogStayed(node.Logger, media.LogId, captured.Result);
        }
    }

    /// <summary>Of a reader and what it reads only one could be written: the reader that stays looks for it once it is there,
    /// and what stays is read no more by one that is gone.</summary>
    private void PartReaders(List<LeavingSession> group)
    {
        var written = group
            .Where(session => session.IsWritten)
            .ToDictionary(session => session.Id, StringComparer.Ordinal);
        foreach (var session in group)
        {
            foreach (var channel in session.Calls?.DataChannels.All ?? [])
            {
                if (channel.End is not ReadChannel reader)
                {
                    continue;
                }

                var isPublisherGone = written.TryGetValue(channel.PublisherId, out var publisher);
                if (!session.IsWritten && isPublisherGone && !reader.HasEnded)
                {
                    reader.Leave();
                    publisher!.AddReaderLeft(reader);
                }
                else if (session.IsWritten && !isPublisherGone && reader.Source is PublishedChannel)
                {
                    node.Shards[reader.Source.OwnerShard]
                        .Post(new ShardCommand.RemoveReader(reader));
                }
            }
        }
    }

    /// <summary>What was brought to an end for a session that goes on here begins again.</summary>
    private async Task ResumeAsync(LeavingSession leaving)
    {
        if (leaving.Calls is { } session)
        {
            await calls.ResumeChannelsAsync(session);
            calls.FindChannelsAgain(session);
            calls.TellAgain(session);
        }

        if (leaving is { Claim: { } claim, Media: { } media })
        {
            node.StreamDesk?.GoOn(media.Stream, claim);
            if (media.IsOver)
            {
                // It ended while nothing was claimed for it.
                node.StreamDesk?.HandleUnpublished(media.Stream);
            }
        }
    }

    /// <summary>A session goes on here.</summary>
    private void Stay(LeavingSession leaving)
    {
        if (leaving.Media is { } media)
        {
            Post(new ShardCommand.Release(media));
        }

        node.Adoptions?.Moving.End(leaving.Id);
        leaving.Gate.Release();
    }

    private async ValueTask<WrittenGroup> PackAsync(List<LeavingSession> leaving)
    {
        // All at once, and before the first is written: watchers take the time until it is read for lateness.
        await Task.WhenAll(
            leaving.ConvertAll(session => TryAsync(session, () => ReleaseTracksAsync(session)))
        );
        var parcels = new List<byte[]>(leaving.Count);
        foreach (var session in leaving)
        {
            parcels.Add(session.Pack(node.Clock.Now()));
            session.Dispose();
        }

        return new WrittenGroup(leaving, parcels);
    }

    /// <summary>Nothing leaves of its tracks for other nodes afterwards. Viewers that stay hear the heir from its first packet
    /// on, whoever that will be.</summary>
    private async Task ReleaseTracksAsync(LeavingSession leaving)
    {
        if (node.Engine is not { } engine || leaving.Media is not { } media)
        {
            return;
        }

        foreach (var published in media.Published)
        {
            if (published?.Source is not { } source)
            {
                continue;
            }

            var memory =
                source.Track.ShardsWithViewers != 0
                    ? await ReleaseFollowedAsync(leaving, engine, source)
                    : await engine.ReleaseExportAsync(source.Track);
            if (memory is not null)
            {
                leaving.Exports.Add(source.Section, memory);
            }
        }
    }

    private static async Task<ExportMemory> ReleaseFollowedAsync(
        LeavingSession leaving,
        MeshEngine engine,
        TrackSource source
    )
    {
        var media = leaving.Media!;
        var memory = await engine.ReleaseFollowedAsync(
            source.Track,
            TokenOf(media, source),
            media.Stream.AppId
        );
        if (await engine.FollowMovedAsync(source.Track, memory) is { } track)
        {
            leaving.Followed.Add((source, track));
        }

        return memory;
    }

    private static TrackToken TokenOf(Session session, TrackSource source) =>
        source.Track.Exported?.Token
        ?? TrackToken.Create(session.Id, source.Track.Named?.Name ?? $"{source.Section}");

    /// <summary>Nobody goes on with a track: it ends as it would have here.</summary>
    private void Unfollow(TrackSource source, RemoteTrack track)
    {
        if (
            node.Engine is { } engine
            && engine.TryTakeOver(track.Token, out _)
            && source.Track.TryReplaceSource(track.Inlet.Source, source)
        )
        {
            node.GoOn(source.Track);
        }
    }

    private static NodeAddress HeirOf(MeshEngine engine, ushort to) =>
        engine.Self with
        {
            Node = to,
        };

    private void Forget(LeavingSession leaving, ushort to, bool isHere)
    {
        // What came back was taken over again.
        var followed = isHere ? [] : leaving.Followed.ConvertAll(pair => pair.Track);
        if (leaving.Media is { } media)
        {
            var stream =
                leaving.Claim is { } claim && followed.Count > 0
                    ? RemoteStream.Moved(media.Stream, claim, HeirOf(node.Engine!, to), followed)
                    : null;
            node.ForgetMoved(media, stream);
        }

        if (leaving.Calls is { } session)
        {
            _ = calls.Forget(session);
        }

        if (!isHere && leaving.Media is { Role: SessionRole.Publisher } publisher)
        {
            node.StreamDesk?.EndMove(publisher.Stream);
        }

        foreach (var track in followed)
        {
            node.Engine?.ConfirmMoved(track, HeirOf(node.Engine, to));
        }

        if (!isHere)
        {
            TellWatchers(leaving, to);
        }
    }

    /// <summary>Nodes that said while a track was on its way what they want of it say so again where it is.</summary>
    private void TellWatchers(LeavingSession leaving, ushort to)
    {
        foreach (var published in leaving.Media?.Published ?? [])
        {
            if (
                published?.Source is { } source
                && leaving.Exports.TryGetValue(source.Section, out var memory)
            )
            {
                node.Engine?.TellMoved(source, memory, HeirOf(node.Engine, to));
            }
        }
    }

    /// <summary>What comes for a session from now on is passed on, before anything here forgets it.</summary>
    private void NoteMoved(LeavingSession leaving, ushort to)
    {
        if (leaving.Media is { } media)
        {
            var clients = new List<NetworkAddress>(media.Routes.Count);
            for (var index = 0; index < media.Routes.Count; index++)
            {
                clients.Add(media.Routes[index].Remote);
            }

            node.FlowDesk?.NoteMoved(clients, to);
        }

        node.Adoptions?.NoteMoved(leaving.Id, leaving.Fragments, to);
    }

    private async ValueTask DepartAsync(LeavingSession leaving, ushort? to)
    {
        if (leaving.Media is { } media)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(new ShardCommand.Depart(media, to, done));
            await done.Task;
        }

        node.Adoptions?.Moving.End(leaving.Id);
        leaving.Gate.Release();
    }

    private void Post(ShardCommand.ForSession command) =>
        node.Shards[command.Session.OwnerShard].Post(command);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(3622, LogLevel.Error, "A session on its way to another node failed.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(3620, LogLevel.Debug, "Session {SessionId} stays for now: {Result}.")]
    private static partial void LogStayed(ILogger logger, string sessionId, PeerCapture result);
}
