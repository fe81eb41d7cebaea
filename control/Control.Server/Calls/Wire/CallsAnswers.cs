using Control.Contract.Calls;

namespace Control.Server.Calls.Wire;

/// <summary>Turns what a node answered into JSON forms.</summary>
internal static class CallsAnswers
{
    /// <summary>A session description; null for none.</summary>
    public static SessionDescription? ToDescription(SessionSdp? sdp) =>
        sdp is null ? null : new SessionDescription(sdp.IsOffer ? "offer" : "answer", sdp.Sdp);

    /// <summary>One track of a batch: the names clients match it by, and why it failed if it did.</summary>
    public static TrackAnswer ToItem(TrackOutcome outcome, bool withKind)
    {
        var request = outcome.Request;
        return ToItem(
            new TrackAnswer
            {
                SessionId = request.Location == TrackLocation.Remote ? request.SessionId : null,
                TrackName = outcome.TrackName ?? request.TrackName,
                Mid = outcome.Mid,
                Kind = withKind ? outcome.Kind : null,
                Content = ToText(outcome.Content),
                E2ee = outcome.IsEncrypted ? true : null,
                Priority = outcome.Delivery?.Priority,
                MinBitrate = outcome.Delivery?.MinBitsPerSecond,
                Paused = outcome.Delivery?.IsPaused,
            },
            outcome.Error
        );
    }

    /// <summary>A track that failed, or as it is.</summary>
    public static TrackAnswer ToItem(TrackAnswer item, CallsError? error)
    {
        if (error is null)
        {
            return item;
        }

        var form = CallsErrors.Describe(error.Code);
        return item with
        {
            Mid = null,
            ErrorCode = form.Name,
            ErrorDescription = error.Description,
            Retryable = form.IsRetryable,
            RetryAfterMs = (long?)error.RetryAfter?.TotalMilliseconds,
        };
    }

    /// <summary>One data channel of a batch.</summary>
    public static DataChannelAnswer ToItem(DataChannelOutcome outcome)
    {
        var request = outcome.Request;
        return ToItem(
            new DataChannelAnswer
            {
                Location = ToText(request.Location),
                SessionId = request.SessionId,
                DataChannelName = request.Name,
                Id = outcome.Id,
            },
            outcome.Error
        );
    }

    /// <summary>A data channel that failed, or as it is.</summary>
    public static DataChannelAnswer ToItem(DataChannelAnswer item, CallsError? error)
    {
        if (error is null)
        {
            return item;
        }

        var form = CallsErrors.Describe(error.Code);
        return item with
        {
            ErrorCode = form.Name,
            ErrorDescription = error.Description,
            Retryable = form.IsRetryable,
            RetryAfterMs = (long?)error.RetryAfter?.TotalMilliseconds,
        };
    }

    /// <summary>A session; whose it is only for the app.</summary>
    public static SessionAnswer ToSession(CallsSessionState state, bool withOwner) =>
        new(
            state.SessionId,
            state.State,
            [.. state.Tracks.Select(ToTrack)],
            [.. state.DataChannels.Select(ToChannel)]
        )
        {
            CorrelationId = state.CorrelationId,
            Owner = withOwner ? state.Owner : null,
            Audio = state.Audio is { } audio
                ? new AudioAnswer(audio.LoudestMax ?? 0, audio.RepeatsLevels)
                : null,
        };

    /// <summary>A session as others of its group see it: what it publishes. Whom it watches, and whose it is,
    /// is not theirs to know.</summary>
    public static SessionAnswer ToNeighbour(CallsSessionState state) =>
        ToSession(
            state with
            {
                Audio = null,
                Tracks = [.. state.Tracks.Where(track => track.Location == TrackLocation.Local)],
                DataChannels =
                [
                    .. state.DataChannels.Where(channel => channel.Location == TrackLocation.Local),
                ],
            },
            withOwner: false
        );

    /// <summary>The tracks that a session publishes, named so that they can be pulled.</summary>
    public static IEnumerable<TrackAnswer> ToPublished(CallsSessionState state) =>
        from track in state.Tracks
        where track.Location == TrackLocation.Local
        select ToTrack(track) with
        {
            SessionId = track.SessionId,
        };

    private static TrackAnswer ToTrack(TrackState track) =>
        new()
        {
            Location = ToText(track.Location),
            SessionId = track.Location == TrackLocation.Remote ? track.SessionId : null,
            TrackName = track.TrackName,
            Mid = track.Mid,
            Kind = track.Kind,
            Status = ToText(track.Status),
            Simulcast = track.Simulcast is { } simulcast
                ? new SimulcastAnswer(
                    simulcast.PreferredRid,
                    ToOrder(simulcast.HasPriorityOrder),
                    ToOrder(simulcast.HasFallback)
                )
                : null,
            Content = ToText(track.Content),
            E2ee = track.IsEncrypted ? true : null,
            Priority = track.Delivery?.Priority,
            MinBitrate = track.Delivery?.MinBitsPerSecond,
            Paused = track.Delivery?.IsPaused,
        };

    private static DataChannelAnswer ToChannel(DataChannelState channel) =>
        new()
        {
            Location = ToText(channel.Location),
            SessionId = channel.Location == TrackLocation.Remote ? channel.SessionId : null,
            DataChannelName = channel.Name,
            Id = channel.Id,
            Status = ToText(channel.Status),
        };

    private static string ToOrder(bool isAlphabetical) => isAlphabetical ? "asciibetical" : "none";

    private static string? ToText(TrackContent content) =>
        content == TrackContent.Screen ? "screen" : null;

    private static string ToText(TrackLocation location) =>
        location == TrackLocation.Local ? "local" : "remote";

    private static string ToText(TrackStatus status) =>
        status switch
        {
            TrackStatus.Initializing => "initializing",
            TrackStatus.Active => "active",
            TrackStatus.Inactive or _ => "inactive",
        };
}
