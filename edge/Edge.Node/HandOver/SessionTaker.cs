using Anycast.Steering;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Protocol.Transport;

namespace Edge.Node.HandOver;

/// <summary>Makes sessions out of what another node wrote, so that their clients notice nothing.</summary>
/// <remarks>Of a group all are made, or none: whoever wrote it gives it to another then. Threads: any.</remarks>
internal sealed class SessionTaker(NodeState node, SessionFactory factory, CallsNode calls)
    : IHandOverTaker
{
    private readonly StreamArrivals _streams = new(node);
    private readonly CallsArrivals _calls = new(node, calls, factory);

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
            : await TakeAsync(parcels, isReturn: false, cancellation);
    }

    /// <summary>Takes a group back that nobody else took.</summary>
    /// <returns>Null when it goes on here.</returns>
    public ValueTask<HandOverRefusal?> ReturnAsync(IReadOnlyList<byte[]> parcels) =>
        TakeAsync(
            [.. parcels.Select(parcel => new ReadOnlyMemory<byte>(parcel))],
            isReturn: true,
            CancellationToken.None
        );

    private async ValueTask<HandOverRefusal?> TakeAsync(
        List<ReadOnlyMemory<byte>> parcels,
        bool isReturn,
        CancellationToken cancellation
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

        var group = new ArrivingGroup(letters.ConvertAll(Restore));
        await _calls.FindAsync(group);
        if (
            !await _streams.FindAsync(group)
            || !group.HasAllOfNew
            || cancellation.IsCancellationRequested
        )
        {
            letters.ForEach(letter => letter.Dispose());
            cancellation.ThrowIfCancellationRequested();
            return HandOverRefusal.Other;
        }

        // Nothing fails from here on.
        await _streams.EnterAsync(group);
        await _calls.EnterAsync(group);
        await ResumeAsync(group, isReturn);
        return null;
    }

    private bool IsKnown(SessionLetter letter) =>
        node.Sessions.TryFindById(letter.Id, out _)
        || (
            letter.Calls is { } parts
            && node.Calls.TryFind(parts.Facts.AppId, parts.Facts.Id, out _)
        );

    private ArrivingSession Restore(SessionLetter letter) =>
        new(letter, letter.Engine is { } engine ? factory.Restore(engine) : null);

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

    private async Task ResumeAsync(ArrivingGroup group, bool isReturn)
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
            Know(arriving, isReturn);
        }

        await Task.WhenAll(resumed);
        foreach (var arriving in group.In(SessionRole.Caller))
        {
            _calls.GoOn(arriving);
        }
    }

    private void Know(ArrivingSession arriving, bool isReturn)
    {
        var media = arriving.Media;
        if (media is not null)
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

        if (
            !isReturn
            && OwnerCode.TryReadSessionId(arriving.Letter.Id, factory.Keys, out var code)
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
}
