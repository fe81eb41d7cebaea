using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver;

/// <summary>Makes sessions out of what another node wrote, so that their clients notice nothing.</summary>
/// <remarks>Of a group all are made, or none: whoever wrote it gives it to another then. Threads: any.</remarks>
internal sealed partial class SessionTaker(NodeState node, SessionFactory factory, CallsNode calls)
    : IHandOverTaker
{
    private readonly StreamArrivals _streams = new(node);
    private readonly CallsArrivals _calls = new(node, calls, factory);
    private readonly ArrivalRoom _room = new(() =>
        node.Options.SessionsMax - Math.Max(node.Sessions.Count, node.Calls.Count)
    );

    private bool TakesAny => !node.IsLeaving && !node.IsDeparting && !factory.IsFull(out _);

    /// <inheritdoc/>
    public HandOverOffer Consider() => new(TakesAny, _room.Left);

    /// <inheritdoc/>
    public async ValueTask<HandOverRefusal?> TakeAsync(
        ReadOnlyMemory<byte> group,
        CancellationToken cancellation
    )
    {
        if (!TakesAny)
        {
            return HandOverRefusal.NotReady;
        }

        if (GroupLetter.TryRead(group) is not { } parcels)
        {
            return HandOverRefusal.Unreadable;
        }

        // From now on, because other letters come meanwhile.
        if (_room.TryReserve(parcels.Count) is not { } places)
        {
            return HandOverRefusal.Full;
        }

        using (places)
        {
            return await TakeAsync(parcels, places, cancellation);
        }
    }

    /// <summary>Takes a group back that nobody else took.</summary>
    /// <returns>Null when it goes on here.</returns>
    public ValueTask<HandOverRefusal?> ReturnAsync(IReadOnlyList<byte[]> parcels) =>
        TakeAsync(
            [.. parcels.Select(parcel => new ReadOnlyMemory<byte>(parcel))],
            places: null,
            CancellationToken.None
        );

    /// <summary>Takes a group.</summary>
    /// <param name="parcels">Its sessions.</param>
    /// <param name="places">What is kept for them; null for those that come back, which had theirs.</param>
    /// <param name="cancellation">Ends it before anything was taken.</param>
    private async ValueTask<HandOverRefusal?> TakeAsync(
        List<ReadOnlyMemory<byte>> parcels,
        ArrivalRoom.Places? places,
        CancellationToken cancellation
    )
    {
        var isReturn = places is null;
        if (Read(parcels) is not { } letters)
        {
            return HandOverRefusal.Unreadable;
        }

        if (!isReturn && letters.Exists(IsKnown))
        {
            letters.ForEach(letter => letter.Dispose());
            return HandOverRefusal.Known;
        }

        var group = await FindAsync(letters, isReturn, cancellation);
        if (group is null)
        {
            letters.ForEach(letter => letter.Dispose());
            cancellation.ThrowIfCancellationRequested();
            return HandOverRefusal.Other;
        }

        // From here on what fails costs a session, not the group: nothing of it can go anywhere else any more.
        await _streams.EnterAsync(group);
        await _calls.EnterAsync(group);
        await ResumeAsync(group, places);
        return null;
    }

    /// <summary>Finds what the sessions need; null when they cannot live here, or it was cancelled. Nobody knows of them
    /// then.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a group that is not taken yet: who gave it hears that nothing of it lives here, which is true."
    )]
    private async ValueTask<ArrivingGroup?> FindAsync(
        List<SessionLetter> letters,
        bool isReturn,
        CancellationToken cancellation
    )
    {
        try
        {
            var group = new ArrivingGroup(letters.ConvertAll(Restore), node.Logger);
            await _calls.FindAsync(group);
            return
                await _streams.FindAsync(group)
                // What comes back has no other place to find it at.
                && (isReturn || group.HasAllOfNew)
                && !cancellation.IsCancellationRequested
                ? group
                : null;
        }
        catch (Exception error)
        {
            LogNotFound(node.Logger, error);
            return null;
        }
    }

    private bool IsKnown(SessionLetter letter) =>
        node.Sessions.TryFindById(letter.Id, out _)
        || (
            letter.Calls is { } parts
            && node.Calls.TryFind(parts.Facts.AppId, parts.Facts.Id, out _)
        );

    private ArrivingSession Restore(SessionLetter letter)
    {
        if (letter.Engine is not { } engine)
        {
            return new ArrivingSession(letter, media: null);
        }

        var media = factory.Restore(engine);
        // What is not made of one that fails has its places nevertheless.
        media.Published = new PublishedTrack?[engine.Media.SectionCount];
        media.Played = new PlayedTrack?[engine.Media.StreamCount];
        return new ArrivingSession(letter, media);
    }

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

    private async Task ResumeAsync(ArrivingGroup group, ArrivalRoom.Places? places)
    {
        var resumed = new List<Task>(group.Sessions.Count);
        foreach (var arriving in group.Sessions)
        {
            if (arriving is { Media: { } media, Letter.Engine: { } engine })
            {
                var done = new TaskCompletionSource<bool>(
                    TaskCreationOptions.RunContinuationsAsynchronously
                );
                resumed.Add(done.Task);
                Post(new ShardCommand.Resume(media, engine, group.Knowledge, done));
            }

            // After it: what comes for the session from now on finds it resumed.
            await KnowAsync(group, arriving, places);
        }

        await Task.WhenAll(resumed);
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            _calls.GoOn(arriving);
        }
    }

    private async ValueTask KnowAsync(
        ArrivingGroup group,
        ArrivingSession arriving,
        ArrivalRoom.Places? places
    )
    {
        if (!arriving.HasFailed)
        {
            await group.TryAsync(
                arriving,
                () =>
                {
                    Know(arriving, places);
                    return ValueTask.CompletedTask;
                }
            );
        }

        if (arriving.HasFailed || node.EndedApps.Has(arriving.AppId, node.Clock.Now()))
        {
            End(arriving);
        }
    }

    /// <summary>Ends a session that must not go on. Its shard has it, so that its client hears of it as of any end.</summary>
    private void End(ArrivingSession arriving)
    {
        if (arriving.Media is { } media)
        {
            Post(new ShardCommand.Close(media, PeerClosedReason.Requested, Done: null));
        }

        _calls.End(arriving);
    }

    private void Know(ArrivingSession arriving, ArrivalRoom.Places? places)
    {
        var media = arriving.Media;
        if (places is null)
        {
            KnowHere(arriving);
            return;
        }

        places.Enter(() => KnowHere(arriving));
        if (
            OwnerCode.TryReadSessionId(arriving.Letter.Id, factory.Keys, out var code)
            == OwnerCodeStatus.Ok
        )
        {
            node.Adoptions?.Adopt(
                arriving.Letter.Id,
                media?.Fragments ?? arriving.Calls?.OfferedFragments ?? [],
                code.Node
            );
            if (media is { IsOver: true } || arriving.Calls is { IsOver: true })
            {
                // It ended before anybody was told that it is here.
                node.Adoptions?.Release(arriving.Letter.Id);
            }
        }
    }

    private void KnowHere(ArrivingSession arriving)
    {
        if (arriving.Media is { } media)
        {
            KnowMedia(media, arriving.IsReplaced);
            if (media.State == SessionState.New)
            {
                factory.Await(media);
            }
        }

        if (arriving.Calls is not null)
        {
            _calls.Know(arriving);
        }
    }

    private void KnowMedia(Session media, bool isReplaced)
    {
        node.Know(media, media.Fragments[^1]);
        foreach (var fragment in media.Fragments.AsSpan(0, media.Fragments.Length - 1))
        {
            node.Sessions.AddFragment(media, fragment);
        }

        if (isReplaced)
        {
            Post(new ShardCommand.Close(media, PeerClosedReason.Requested, Done: null));
        }

        if (media.IsOver)
        {
            // There was no room for it on its shard, which saw nobody who knew it.
            node.Forget(media);
        }
    }

    private void Post(ShardCommand.ForSession command) =>
        node.Shards[command.Session.OwnerShard].Post(command);

    [LoggerMessage(
        3625,
        LogLevel.Error,
        "What a group of sessions needs here was not found: it is not taken."
    )]
    private static partial void LogNotFound(ILogger logger, Exception error);
}
