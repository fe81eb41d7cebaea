using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Node.Takeover.Keeping;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;
using SessionKey = Anycast.Takeover.SessionKey;

namespace Edge.Node.HandOver.Taking;

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
    public ValueTask<HandOverRefusal?> TakeAsync(
        ReadOnlyMemory<byte> group,
        CancellationToken cancellation
    ) => TakeAsync(new Arrival { Letter = group }, TakingCourse.OfLetter(), cancellation);

    /// <summary>Takes a group back that nobody else took.</summary>
    /// <returns>Null when it goes on here.</returns>
    public ValueTask<HandOverRefusal?> ReturnAsync(IReadOnlyList<byte[]> parcels) =>
        TakeAsync(
            new Arrival
            {
                IsReturn = true,
                Parcels = [.. parcels.Select(parcel => new ReadOnlyMemory<byte>(parcel))],
            },
            TakingCourse.OfReturn(),
            CancellationToken.None
        );

    /// <summary>Takes sessions over from a node that has ended suddenly. What cannot be read, or is here already, costs none of the
    /// others.</summary>
    public async ValueTask<SurvivalOutcome> SurviveAsync(IReadOnlyList<Survivor> survivors)
    {
        var arrival = new Arrival { Survivors = survivors };
        _ = await TakeAsync(arrival, TakingCourse.OfSurvivals(), CancellationToken.None);
        var here = new HashSet<int>();
        foreach (var session in arrival.Group?.Sessions ?? [])
        {
            if (!session.HasFailed)
            {
                _ = here.Add(arrival.PlaceOf[session.Letter]);
            }
        }

        return new SurvivalOutcome(here, arrival.Waiting);
    }

    private async ValueTask<HandOverRefusal?> TakeAsync(
        Arrival arrival,
        TakingCourse course,
        CancellationToken cancellation
    )
    {
        try
        {
            while (course.Step != TakingStep.Over)
            {
                course.HandleDone(await DoAsync(course.Step, arrival, cancellation));
            }

            return course.Refusal;
        }
        finally
        {
            arrival.Room?.Dispose();
            if (arrival.Group is null)
            {
                Refuse(arrival);
            }
        }
    }

    /// <summary>Nothing of a group lives here. Its connections are not kept open for it: who has it then closes them, and their
    /// clients have to hear so.</summary>
    private void Refuse(Arrival arrival)
    {
        arrival.Letters.ForEach(letter => letter.Dispose());
        node.Takeover?.GoOn(arrival.Claimed);
        var parcels = arrival.IsReturn ? arrival.Parcels : GroupLetter.TryRead(arrival.Letter);
        foreach (var parcel in parcels ?? [])
        {
            foreach (var part in SessionParcel.ReadConnections(parcel.Span))
            {
                node.Arrived.Take(part.Token)?.Dispose();
            }
        }
    }

    /// <summary>Does something for a group; false when it cannot be taken.</summary>
    private async ValueTask<bool> DoAsync(
        TakingStep step,
        Arrival arrival,
        CancellationToken cancellation
    )
    {
        switch (step)
        {
            case TakingStep.Consider:
                return TakesAny;
            case TakingStep.Open:
                var parcels = GroupLetter.TryRead(arrival.Letter);
                arrival.Parcels = parcels ?? [];
                return parcels is not null;
            case TakingStep.Reserve:
                arrival.Room = _room.TryReserve(arrival.Parcels.Count);
                return arrival.Room is not null;
            case TakingStep.Read:
                return TryRead(arrival);
            case TakingStep.Compare:
                return Compare(arrival);
            case TakingStep.Find:
                arrival.Group = await FindAsync(arrival, cancellation);
                if (arrival.Group is null)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                return arrival.Group is not null;
            case TakingStep.Enter:
                await _streams.EnterAsync(arrival.Group!);
                await _calls.EnterAsync(arrival.Group!);
                return true;
            case TakingStep.Resume:
                Resume(arrival);
                return true;
            case TakingStep.Know:
                await KnowAsync(arrival);
                return true;
            case TakingStep.GoOn:
                await GoOnAsync(arrival);
                return true;
            case TakingStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Finds what the sessions need; null when they cannot live here, or it was cancelled. Nobody knows of them
    /// then.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a group that is not taken yet: who gave it hears that nothing of it lives here, which is true."
    )]
    private async ValueTask<ArrivingGroup?> FindAsync(
        Arrival arrival,
        CancellationToken cancellation
    )
    {
        try
        {
            if (arrival.Survivors is null && !await TryClaimAsync(arrival))
            {
                return null;
            }

            var group = new ArrivingGroup(arrival.Letters.ConvertAll(Restore), node.Logger)
            {
                HasSurvived = arrival.Survivors is not null,
            };
            await _calls.FindAsync(group);
            if (arrival.Survivors is { } survivors)
            {
                return await LeaveWaitingAsync(arrival, group, survivors);
            }

            return
                await _streams.FindAsync(group)
                // What comes back has no other place to find it at.
                && (arrival.IsReturn || group.HasAllOfNew)
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

    /// <summary>Whether those that others keep are this node's: who gave them has told those first.</summary>
    private async ValueTask<bool> TryClaimAsync(Arrival arrival)
    {
        var kept = arrival.Letters.FindAll(static letter => letter.IsKept);
        if (kept.Count == 0)
        {
            return true;
        }

        var keys = kept.ConvertAll(SessionStreams.KeyOf);
        if (node.Takeover is not { } takeover || !await takeover.TryClaimAsync(keys))
        {
            return false;
        }

        arrival.Claimed = keys;
        return true;
    }

    /// <summary>Those wait whose publishers have not gone on anywhere yet, if they may.</summary>
    private async ValueTask<ArrivingGroup?> LeaveWaitingAsync(
        Arrival arrival,
        ArrivingGroup group,
        IReadOnlyList<Survivor> survivors
    )
    {
        foreach (var arriving in group.Sessions.ToArray())
        {
            var place = arrival.PlaceOf[arriving.Letter];
            if (survivors[place].MayWait && !await _streams.IsThereAsync(arriving, group))
            {
                _ = arrival.Waiting.Add(place);
                group.Leave(arriving);
                arriving.Letter.Dispose();
            }
        }

        return group.Sessions.Count > 0 ? group : null;
    }

    private bool Compare(Arrival arrival)
    {
        if (arrival.Survivors is null)
        {
            return !arrival.Letters.Exists(IsKnown);
        }

        foreach (var letter in arrival.Letters.FindAll(IsKnown))
        {
            var place = arrival.PlaceOf[letter];
            if (arrival.Survivors[place].MayWait)
            {
                // It was given, and is just being forgotten.
                _ = arrival.Waiting.Add(place);
            }

            _ = arrival.Letters.Remove(letter);
            letter.Dispose();
        }

        return arrival.Letters.Count > 0;
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
        if (node.Takeover is not null && (letter.IsKept || media.State == SessionState.New))
        {
            // Others keep it, or will: nothing is sent that they do not know of.
            media.Peer.Transport.LimitIndices();
        }

        // What is not made of one that fails has its places nevertheless.
        media.Published = new PublishedTrack?[engine.Media.SectionCount];
        media.Played = new PlayedTrack?[engine.Media.StreamCount];
        return new ArrivingSession(letter, media);
    }

    private bool TryRead(Arrival arrival)
    {
        var now = node.Clock.Now();
        if (arrival.Survivors is { } survivors)
        {
            ReadSurvivors(arrival, survivors, now);
            return arrival.Letters.Count > 0;
        }

        foreach (var parcel in arrival.Parcels)
        {
            if (SessionLetter.TryRead(parcel.Span, factory, factory.Fork(), now) is not { } letter)
            {
                return false;
            }

            arrival.Letters.Add(letter);
        }

        return true;
    }

    private void ReadSurvivors(Arrival arrival, IReadOnlyList<Survivor> survivors, Instant now)
    {
        for (var place = 0; place < survivors.Count; place++)
        {
            var letter = SessionLetter.TryRead(
                survivors[place].Portrait.Span,
                factory,
                factory.Fork(),
                survivors[place].Survival,
                now
            );
            if (letter is null)
            {
                LogUnreadable(node.Logger);
                continue;
            }

            arrival.Letters.Add(letter);
            arrival.PlaceOf.Add(letter, place);
        }
    }

    private void Resume(Arrival arrival)
    {
        var group = arrival.Group!;
        foreach (var arriving in group.Sessions)
        {
            if (arriving is { Media: { } media, Letter.Engine: { } engine })
            {
                var done = new TaskCompletionSource<bool>(
                    TaskCreationOptions.RunContinuationsAsynchronously
                );
                arrival.Resumed.Add(done.Task);
                if (engine.Connections.Length > 0)
                {
                    arrival.Brought.Add((media, media.OwnerShard));
                }

                Post(new ShardCommand.Resume(media, engine, group.Knowledge, done));
            }
        }
    }

    private async Task KnowAsync(Arrival arrival)
    {
        foreach (var arriving in arrival.Group!.Sessions)
        {
            await KnowAsync(arrival, arriving);
        }
    }

    private async Task GoOnAsync(Arrival arrival)
    {
        foreach (var (media, shard) in arrival.Brought)
        {
            // Wherever it is by now, that is where its connections are.
            node.Shards[shard].Post(new ShardCommand.ReadConnections(media));
        }

        await Task.WhenAll(arrival.Resumed);
        foreach (var arriving in arrival.Group!.In(SessionRole.Caller))
        {
            _calls.GoOn(arriving);
            if (node.Takeover is not null)
            {
                // Of a letter, too: what its sessions are sent may be of a node that has just ended.
                _calls.LookOn(arriving, arrival.Group!);
            }
        }
    }

    private async ValueTask KnowAsync(Arrival arrival, ArrivingSession arriving)
    {
        if (!arriving.HasFailed)
        {
            await arrival.Group!.TryAsync(
                arriving,
                () =>
                {
                    Know(arrival, arriving);
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

    private void Know(Arrival arrival, ArrivingSession arriving)
    {
        var media = arriving.Media;
        if (arrival.Room is { } places)
        {
            places.Enter(() => KnowHere(arriving));
        }
        else
        {
            KnowHere(arriving);
        }

        if (
            !arrival.IsReturn
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

    [LoggerMessage(
        3628,
        LogLevel.Error,
        "The portrait of a session whose node has ended cannot be read: the session is lost."
    )]
    private static partial void LogUnreadable(ILogger logger);

    /// <summary>A group while it is taken.</summary>
    private sealed class Arrival
    {
        /// <summary>What another node wrote.</summary>
        public ReadOnlyMemory<byte> Letter { get; init; }

        /// <summary>Whether this node wrote it.</summary>
        public bool IsReturn { get; init; }

        /// <summary>Sessions whose node has ended suddenly; null for those that were given.</summary>
        public IReadOnlyList<Survivor>? Survivors { get; init; }

        /// <summary>Sessions of it that are this node's, as those who keep them know it, whatever becomes of the letter.</summary>
        public IReadOnlyList<SessionKey> Claimed { get; set; } = [];

        /// <summary>Where among those each letter is from.</summary>
        public Dictionary<SessionLetter, int> PlaceOf { get; } =
            new(ReferenceEqualityComparer.Instance);

        /// <summary>Those that need what is nowhere yet.</summary>
        public HashSet<int> Waiting { get; } = [];

        /// <summary>Its sessions, as they were written.</summary>
        public List<ReadOnlyMemory<byte>> Parcels { get; set; } = [];

        /// <summary>What is kept for them; null for those that come back, which had theirs, and those that can go nowhere else.</summary>
        public ArrivalRoom.Places? Room { get; set; }

        /// <summary>Its sessions, read.</summary>
        public List<SessionLetter> Letters { get; } = [];

        /// <summary>Its sessions, with what they need; null before it is found.</summary>
        public ArrivingGroup? Group { get; set; }

        /// <summary>What shards are given them by.</summary>
        public List<Task> Resumed { get; } = [];

        /// <summary>Those with TCP connections, and the shards that were given them.</summary>
        public List<(Session Media, int Shard)> Brought { get; } = [];
    }
}
