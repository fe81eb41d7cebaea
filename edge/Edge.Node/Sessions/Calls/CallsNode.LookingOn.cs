using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Node.Sessions.Calls.State;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions.Calls;

/// <content>Tracks that a session goes on without, because their publishers' node has ended, too, and they are nowhere yet. Two that are
/// sent each other's tracks would wait for each other else.</content>
internal sealed partial class CallsNode
{
    /// <summary>How long such a track is looked for. Chosen: longer than a publisher may take to survive.</summary>
    private static readonly TimeSpan LookOnFor = TimeSpan.FromSeconds(15);

    /// <summary>How soon it is looked for again, at first; each time a tenth later. Chosen: 40 questions in all.</summary>
    private static readonly TimeSpan LookOnAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>How long an answer is waited for. Chosen: many round trips of a LAN. Who does not have the track yet does not answer.</summary>
    private static readonly TimeSpan LookOnWithin = TimeSpan.FromMilliseconds(200);

    /// <summary>Finds a track of a session that is sent it, if whoever has it answers at once; null if not.</summary>
    public async ValueTask<CallsTrack?> FindSoonAsync(
        CallsSessionFacts session,
        PulledReference reference
    )
    {
        using var soon = new CancellationTokenSource(LookOnWithin);
        try
        {
            return await FindAgainAsync(session, reference, LookOnWithin, soon.Token);
        }
        catch (OperationCanceledException) when (soon.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Looks for a track until it is there, and has it sent where it was: its numbers go on.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and the track is over."
    )]
    public async Task FindTrackAgainAsync(CallsSession session, PulledReference reference)
    {
        try
        {
            var until = state.Clock.Now() + LookOnFor;
            var again = LookOnAgain;
            while (state.Clock.Now() < until)
            {
                if (await FindSoonAsync(session.Facts, reference) is { } track)
                {
                    await SendAgainAsync(session, track);
                    return;
                }

                await Task.Delay(again, session.Ended);
                again *= 1.1;
            }

            await GiveUpAsync(session, reference);
        }
        catch (OperationCanceledException) when (session.IsOver)
        {
            // Nobody is sent it any more, or another node looks for it.
            return;
        }
        catch (Exception error)
        {
            LogTrackNotFound(state.Logger, error);
        }
    }

    private async Task SendAgainAsync(CallsSession session, CallsTrack track)
    {
        if (await EnterAsync(session, session.Ended) is not null)
        {
            return;
        }

        try
        {
            var changes = new List<MediaChange>();
            var reference = PulledReference.To(track);
            foreach (var pulled in session.Pulled.Values.Where(each => IsAwaited(each, reference)))
            {
                var request = new TrackRequest
                {
                    Location = TrackLocation.Remote,
                    Mid = pulled.Mid,
                    SessionId = track.Publisher.SessionId,
                    TrackName = track.Name,
                };
                _ = Carry(session, request, track, changes);
            }

            _ = await ApplyAsync(session, changes);
        }
        finally
        {
            session.Gate.Release();
        }

        if (state.Takeover is { } takeover)
        {
            await takeover.KeepAsync(session.Id);
        }
    }

    /// <summary>The track is over: nobody looks for it elsewhere either.</summary>
    private static async Task GiveUpAsync(CallsSession session, PulledReference reference)
    {
        if (await EnterAsync(session, session.Ended) is not null)
        {
            return;
        }

        foreach (var pulled in session.Pulled.Values.Where(each => IsAwaited(each, reference)))
        {
            pulled.Track.IsAwaited = false;
        }

        session.Gate.Release();
    }

    /// <summary>Whether a section stands for a track that is nowhere yet.</summary>
    private static bool IsAwaited(PulledTrack pulled, PulledReference reference) =>
        pulled.Track.IsAwaited && reference.IsOf(pulled.Track);

    [LoggerMessage(3202, LogLevel.Error, "A track that a session is sent was not found again.")]
    private static partial void LogTrackNotFound(ILogger logger, Exception error);
}
