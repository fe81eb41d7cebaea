using Control.Contract;
using Control.Contract.Calls;
using Control.Server.Apps;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls;

/// <summary>Sessions: made, looked at, listed, restarted and ended.</summary>
internal sealed class SessionCalls(ICallsNode node, AppDirectory apps, CallsLimits limits)
{
    private const int CorrelationIdLengthMax = 256;

    /// <summary>POST sessions/new.</summary>
    public async Task<CallsAnswer> NewAsync(CallsCall call)
    {
        var offer = CallsRequests.ToSdp(call.Body);
        if (offer is { IsOffer: false })
        {
            return Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription.type: \"offer\" is expected."
            );
        }

        var correlationId = call.Query["correlationId"].ToString();
        if (correlationId.Length > CorrelationIdLengthMax)
        {
            return Refuse(
                CallsErrorCode.InvalidParams,
                $"correlationId: at most {CorrelationIdLengthMax} characters are expected."
            );
        }

        if (ToFlag(call.Query["thirdparty"].ToString()) is not { } isThirdParty)
        {
            return Refuse(CallsErrorCode.InvalidParams, "thirdparty: true or false is expected.");
        }

        if (isThirdParty && CallsGate.CheckScope(call.Caller, CallsScope.App) is { } forbidden)
        {
            // Who describes the other server says whom this one sends to; pages hold tokens.
            return forbidden;
        }

        var request = new NewSessionRequest(
            call.AppId,
            offer,
            isThirdParty,
            correlationId.Length == 0 ? null : correlationId,
            call.Caller.Owner
        )
        {
            Group = call.Group,
            Audio = CallsRequests.ToAudio(call.Body.Find("audio")),
        };
        var result = await node.CreateSessionAsync(request, call.Cancellation);
        if (!result.IsDone)
        {
            return CallsAnswer.Refuse(result.Error);
        }

        var isDeleted = !apps.Exists(call.AppId);
        if (isDeleted || call.Cancellation.IsCancellationRequested)
        {
            // Nobody learns of this session, or may use it, so nobody would end it.
            var session = new SessionKey(call.AppId, result.Value.SessionId);
            await node.DeleteSessionAsync(session, CancellationToken.None);
            call.Cancellation.ThrowIfCancellationRequested();
            return CallsGate.Refuse(AccessVerdict.Invalid);
        }

        return CallsAnswer.From(
            StatusCodes.Status201Created,
            new NewSessionAnswer(result.Value.SessionId)
            {
                SessionDescription = CallsAnswers.ToDescription(result.Value.Answer),
            },
            CallsJsonContext.Wire.NewSessionAnswer
        );
    }

    /// <summary>GET a session.</summary>
    public async Task<CallsAnswer> ReadAsync(CallsCall call)
    {
        var result = await node.GetSessionAsync(call.Session, call.Cancellation);
        return result.IsDone
            ? CallsAnswer.From(
                StatusCodes.Status200OK,
                CallsAnswers.ToSession(result.Value, withOwner: call.Caller.IsApp),
                CallsJsonContext.Wire.SessionAnswer
            )
            : CallsAnswer.RefuseSession(result.Error);
    }

    /// <summary>PUT audio.</summary>
    public async Task<CallsAnswer> UpdateAudioAsync(CallsCall call)
    {
        var request = new UpdateAudioRequest(call.Session, CallsRequests.ToAudio(call.Body)!);
        return await node.UpdateAudioAsync(request, call.Cancellation) is { } error
            ? CallsAnswer.Refuse(error)
            : CallsAnswer.Empty;
    }

    /// <summary>DELETE a session.</summary>
    public async Task<CallsAnswer> DeleteAsync(CallsCall call) =>
        await node.DeleteSessionAsync(call.Session, call.Cancellation) is { } error
            ? CallsAnswer.RefuseSession(error)
            : CallsAnswer.Empty;

    /// <summary>POST ice-restart.</summary>
    public async Task<CallsAnswer> RestartIceAsync(CallsCall call)
    {
        var offer = CallsRequests.ToSdp(call.Body)!;
        if (!offer.IsOffer)
        {
            return Refuse(
                CallsErrorCode.InvalidSessionDescription,
                "sessionDescription.type: \"offer\" is expected, of iceRestart."
            );
        }

        var result = await node.RestartIceAsync(call.Session, offer, call.Cancellation);
        return result.IsDone
            ? CallsAnswer.From(
                StatusCodes.Status200OK,
                new RestartAnswer(
                    result.Value.RequiresRenegotiation,
                    CallsAnswers.ToDescription(result.Value.Description)
                ),
                CallsJsonContext.Wire.RestartAnswer
            )
            : CallsAnswer.Refuse(result.Error);
    }

    /// <summary>GET the sessions of an app.</summary>
    public async Task<CallsAnswer> ListAsync(CallsCall call)
    {
        var (page, refusal) = await ReadPageAsync(call);
        return refusal
            ?? CallsAnswer.From(
                StatusCodes.Status200OK,
                new SessionListAnswer([
                    .. page.Sessions.Select(state =>
                        call.Caller.IsApp
                            ? CallsAnswers.ToSession(state, withOwner: true)
                            : CallsAnswers.ToNeighbour(state)
                    ),
                ])
                {
                    Next = page.Next,
                    Incomplete = page.IsIncomplete ? true : null,
                },
                CallsJsonContext.Wire.SessionListAnswer
            );
    }

    /// <summary>GET the tracks of an app: those of a page of its sessions.</summary>
    public async Task<CallsAnswer> ListTracksAsync(CallsCall call)
    {
        var (page, refusal) = await ReadPageAsync(call);
        return refusal
            ?? CallsAnswer.From(
                StatusCodes.Status200OK,
                new TrackListAnswer([.. page.Sessions.SelectMany(CallsAnswers.ToPublished)])
                {
                    Next = page.Next,
                    Incomplete = page.IsIncomplete ? true : null,
                },
                CallsJsonContext.Wire.TrackListAnswer
            );
    }

    private async Task<(SessionPage Page, CallsAnswer? Refusal)> ReadPageAsync(CallsCall call)
    {
        var none = new SessionPage([], Next: null);
        var text = call.Query["limit"].ToString();
        var most =
            text.Length == 0
                ? limits.SessionsPerPage
                : SettingText.ToNumber(text, 1, limits.SessionsPerPage) ?? 0;
        if (most == 0)
        {
            var sentence = $"limit: a whole number from 1 to {limits.SessionsPerPage} is expected.";
            return (none, Refuse(CallsErrorCode.InvalidParams, sentence));
        }

        var after = call.Query["after"].ToString();
        if (after.Length > CallsShapes.SessionIdLengthMax)
        {
            var sentence = "after: the `next` of the page before is expected.";
            return (none, Refuse(CallsErrorCode.InvalidParams, sentence));
        }

        var request = new ListSessionsRequest(
            call.AppId,
            call.Group,
            after.Length == 0 ? null : after,
            most
        );
        return (await node.ListSessionsAsync(request, call.Cancellation), null);
    }

    private static bool? ToFlag(string text) =>
        text switch
        {
            "" or "false" or "0" => false,
            "true" or "1" => true,
            _ => null,
        };

    private static CallsAnswer Refuse(CallsErrorCode code, string sentence) =>
        CallsAnswer.Refuse(new CallsError(code, sentence));
}
