using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Apps;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;

namespace Control.Server.Calls;

/// <summary>Checks one track of a batch, beyond its form: what its kind of request needs, and what the
/// caller may. A track that fails here fails alone.</summary>
internal static class TrackCheck
{
    /// <summary>Why a track cannot be asked of the node; null when it can.</summary>
    public static ErrorAnswer? Find(
        Caller caller,
        JsonElement value,
        TrackRequest track,
        int index,
        bool hasOffer
    ) =>
        track.Location == TrackLocation.Remote
            ? FindRemote(caller, value, track, index)
            : FindLocal(caller, value, track, index, hasOffer);

    /// <summary>Why a section cannot be changed so; null when it can.</summary>
    public static ErrorAnswer? FindUpdate(
        Caller caller,
        JsonElement value,
        TrackRequest track,
        int index
    )
    {
        if (track.Location == TrackLocation.Local)
        {
            var form = CallsErrors.Describe(CallsErrorCode.UpdateTrack);
            return new ErrorAnswer(form.Name, "Only pulled tracks can be updated.", false);
        }

        if (track.Mid is null || track.SessionId is not null || track.TrackName is not null)
        {
            return FindRemote(caller, value, track, index);
        }

        return null;
    }

    private static ErrorAnswer? FindRemote(
        Caller caller,
        JsonElement value,
        TrackRequest track,
        int index
    )
    {
        if (track.SessionId is null)
        {
            return Missing(value, index, "sessionId", "the session that publishes the track");
        }

        if (track.TrackName is null)
        {
            return Missing(value, index, "trackName", "the track's name");
        }

        return caller.RefusePull(track.SessionId) is { } refusal
            ? new ErrorAnswer(CallsErrors.Forbidden, refusal, Retryable: false)
            : null;
    }

    private static ErrorAnswer? FindLocal(
        Caller caller,
        JsonElement value,
        TrackRequest track,
        int index,
        bool hasOffer
    )
    {
        if (track.TrackName is null)
        {
            return Missing(value, index, "trackName", "the track's name");
        }

        if (hasOffer && track.Mid is null)
        {
            return Missing(value, index, "mid", "the section of the offer");
        }

        if (!hasOffer && track.Kind is null)
        {
            return Missing(value, index, "kind", "\"audio\" or \"video\", since there is no offer");
        }

        if (track.Delivery is not null)
        {
            return new ErrorAnswer(
                CallsErrors.InvalidParams,
                $"tracks[{index}]: priority, minBitrate and paused are for pulled tracks: each viewer has its own.",
                Retryable: false
            );
        }

        return caller.RefusePublish(track.TrackName) is { } refusal
            ? new ErrorAnswer(CallsErrors.Forbidden, refusal, Retryable: false)
            : null;
    }

    private static ErrorAnswer Missing(JsonElement value, int index, string name, string wanted)
    {
        var hint = JsonShapeCheck.Hint(value.EnumerateObject().Select(member => member.Name), name);
        return new ErrorAnswer(
            CallsErrors.InvalidParams,
            $"tracks[{index}].{name} is missing: {wanted} is expected.{hint}",
            Retryable: false
        );
    }
}
