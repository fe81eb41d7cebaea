using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Node.Sessions.Sound;

namespace Edge.Node.Sessions.Calls;

/// <content>What clients hear, and who speaks there.</content>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public async ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            session.Audio = request.Audio;
            return
                session.Media is null
                || await ApplyAsync(session, [new MediaChange.Hear(request.Audio)])
                ? null
                : CallsErrors.Gone;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public void HandleSpeakers(SessionSound sound)
    {
        var media = sound.Session;
        if (
            !state.Events.HasReaders
            || !state.Calls.TryFind(media.Stream.AppId, media.Id, out var session)
        )
        {
            return;
        }

        state.Events.Raise(
            session.Subject with
            {
                IsPrivate = true,
            },
            () =>
                new CallsEvent(CallsEventKind.ActiveSpeakers, media.Id, DateTimeOffset.UtcNow, 0)
                {
                    Speakers = Speakers(sound),
                }
        );
    }

    private static ImmutableArray<ActiveSpeakerState> Speakers(SessionSound sound)
    {
        var told = ImmutableArray.CreateBuilder<ActiveSpeakerState>();
        foreach (var speaker in sound.Board.Speakers)
        {
            if (sound.Find(speaker.Key) is { Track.Named: { } track } played)
            {
                told.Add(
                    new ActiveSpeakerState(
                        track.Publisher.SessionId,
                        track.Name,
                        played.Media.Mid.ToString(),
                        speaker.Level
                    )
                );
            }
        }

        return told.ToImmutable();
    }
}
