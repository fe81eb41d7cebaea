using System.Collections.Immutable;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;

namespace Control.Server.Calls;

/// <summary>Publishing, pulling, changing and ending tracks.</summary>
internal sealed class TrackCalls(ICallsNode node)
{
    /// <summary>POST tracks/new.</summary>
    public Task<CallsAnswer> NewAsync(CallsCall call)
    {
        var offer = CallsRequests.ToSdp(call.Body);
        if (offer is { IsOffer: false })
        {
            return Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription.type: \"offer\" is expected; answers go to renegotiate."
            );
        }

        return call.Body.FindFlag("autoDiscover") == true
            ? DiscoverAsync(call, offer)
            : NewNamedAsync(call, offer);
    }

    /// <summary>PUT renegotiate.</summary>
    public async Task<CallsAnswer> RenegotiateAsync(CallsCall call)
    {
        var answer = CallsRequests.ToSdp(call.Body)!;
        if (answer.IsOffer)
        {
            return await Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription.type: \"answer\" is expected; offers go to tracks/new, tracks/close or datachannels/establish."
            );
        }

        var error = await node.RenegotiateAsync(call.Session, answer, call.Cancellation);
        return error is null ? CallsAnswer.Empty : CallsAnswer.Refuse(error);
    }

    /// <summary>PUT tracks/close.</summary>
    public async Task<CallsAnswer> CloseAsync(CallsCall call)
    {
        var offer = CallsRequests.ToSdp(call.Body);
        var isForced = call.Body.FindFlag("force") == true;
        if (!isForced && offer is not { IsOffer: true })
        {
            return await Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription is missing: without \"force\": true, an offer with the sections stopped is expected."
            );
        }

        ImmutableArray<string> mids =
        [
            .. call.Body.FindItems("tracks").Select(item => item.FindText("mid")!),
        ];
        var request = new CloseTracksRequest(call.Session, mids, isForced, isForced ? null : offer);
        var result = await node.CloseTracksAsync(request, call.Cancellation);
        if (!result.IsDone)
        {
            return CallsAnswer.Refuse(result.Error);
        }

        var items = result.Value.Tracks.Select(
            (outcome, index) =>
                CallsAnswers.ToItem(new TrackAnswer { Mid = mids[index] }, outcome.Error) with
                {
                    Mid = mids[index],
                }
        );
        return ToAnswer([.. items], result.Value);
    }

    /// <summary>PUT tracks/update.</summary>
    public async Task<CallsAnswer> UpdateAsync(CallsCall call)
    {
        var batch = TrackBatch.From(
            call.Body,
            (value, track, index) => TrackCheck.FindUpdate(call.Caller, value, track, index)
        );
        if (batch.FindRefusal() is { } refusal)
        {
            return refusal;
        }

        var request = new UpdateTracksRequest(call.Session, batch.Requests);
        var result = await node.UpdateTracksAsync(request, call.Cancellation);
        return result.IsDone
            ? ToAnswer(batch.Merge(result.Value.Tracks), result.Value)
            : CallsAnswer.Refuse(result.Error);
    }

    private async Task<CallsAnswer> DiscoverAsync(CallsCall call, SessionSdp? offer)
    {
        if (offer is null)
        {
            return await Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription is missing: autoDiscover wants an offer to look at."
            );
        }

        if (call.Body.FindItems("tracks").Any())
        {
            return await Refuse(
                CallsErrorCode.InvalidParams,
                "tracks: autoDiscover names every new track itself; leave one of the two out."
            );
        }

        if (!call.Caller.MayPublishAny())
        {
            return CallsAnswer.Refuse(
                StatusCodes.Status403Forbidden,
                CallsErrors.Forbidden,
                "autoDiscover: the token lets publish certain names only."
            );
        }

        var request = new NewTracksRequest(call.Session, [], offer, DiscoversTracks: true);
        var result = await node.NewTracksAsync(request, call.Cancellation);
        if (!result.IsDone)
        {
            return CallsAnswer.Refuse(result.Error);
        }

        var items = result.Value.Tracks.Select(each => CallsAnswers.ToItem(each, withKind: true));
        return ToAnswer([.. items], result.Value);
    }

    private async Task<CallsAnswer> NewNamedAsync(CallsCall call, SessionSdp? offer)
    {
        if (FindDisorder(call) is { } sentence)
        {
            return await Refuse(CallsErrorCode.InvalidParams, sentence);
        }

        var batch = TrackBatch.From(
            call.Body,
            (value, track, index) =>
                TrackCheck.Find(call.Caller, value, track, index, hasOffer: offer is not null)
        );
        if (batch.FindRefusal() is { } refusal)
        {
            return refusal;
        }

        var request = new NewTracksRequest(
            call.Session,
            batch.Requests,
            offer,
            DiscoversTracks: false
        );
        var result = await node.NewTracksAsync(request, call.Cancellation);
        return result.IsDone
            ? ToAnswer(batch.Merge(result.Value.Tracks), result.Value)
            : CallsAnswer.Refuse(result.Error);
    }

    private static string? FindDisorder(CallsCall call)
    {
        var locations = call
            .Body.FindItems("tracks")
            .Select(item => item.FindText("location"))
            .Distinct(StringComparer.Ordinal)
            .Count();
        return locations switch
        {
            0 => "tracks is missing: at least one track is expected, or \"autoDiscover\": true.",
            1 => null,
            _ => "tracks: all of them local, or all of them remote.",
        };
    }

    private static CallsAnswer ToAnswer(IReadOnlyList<TrackAnswer> items, TracksOutcome outcome) =>
        CallsAnswer.From(
            StatusCodes.Status200OK,
            new TracksAnswer(outcome.RequiresRenegotiation, items)
            {
                SessionDescription = CallsAnswers.ToDescription(outcome.Description),
            },
            CallsJsonContext.Wire.TracksAnswer
        );

    private static Task<CallsAnswer> Refuse(CallsErrorCode code, string sentence) =>
        Task.FromResult(CallsAnswer.Refuse(new CallsError(code, sentence)));
}
