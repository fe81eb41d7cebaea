using System.Collections.Immutable;
using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Apps;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;

namespace Control.Server.Calls;

/// <summary>Data channels: their transport, new ones, changes and ends.</summary>
internal sealed class DataChannelCalls(ICallsNode node)
{
    private const string EventsName = "server-events";

    /// <summary>POST datachannels/establish.</summary>
    public async Task<CallsAnswer> EstablishAsync(CallsCall call)
    {
        var offer = CallsRequests.ToSdp(call.Body);
        if (offer is { IsOffer: false })
        {
            return CallsAnswer.Refuse(
                new CallsError(
                    CallsErrorCode.InvalidSessionDescription,
                    "sessionDescription.type: \"offer\" is expected; answers go to renegotiate."
                )
            );
        }

        var result = await node.EstablishDataChannelsAsync(call.Session, offer, call.Cancellation);
        if (!result.IsDone)
        {
            return CallsAnswer.Refuse(result.Error);
        }

        var description = result.Value.Description;
        var channel = new DataChannelAnswer
        {
            DataChannelName = EventsName,
            Id = result.Value.EventsId,
        };
        return CallsAnswer.From(
            StatusCodes.Status200OK,
            new EstablishAnswer(description is { IsOffer: true }, channel)
            {
                SessionDescription = CallsAnswers.ToDescription(description),
            },
            CallsJsonContext.Wire.EstablishAnswer
        );
    }

    /// <summary>POST datachannels/new.</summary>
    public Task<CallsAnswer> NewAsync(CallsCall call) => RunAsync(call, node.NewDataChannelsAsync);

    /// <summary>PUT datachannels/update.</summary>
    public Task<CallsAnswer> UpdateAsync(CallsCall call) =>
        RunAsync(call, node.UpdateDataChannelsAsync);

    /// <summary>PUT datachannels/close.</summary>
    public async Task<CallsAnswer> CloseAsync(CallsCall call)
    {
        ImmutableArray<int> ids =
        [
            .. call.Body.FindItems("dataChannels").Select(item => (int)item.FindNumber("id")!),
        ];
        var request = new CloseDataChannelsRequest(call.Session, ids);
        var result = await node.CloseDataChannelsAsync(request, call.Cancellation);
        return result.IsDone
            ? ToAnswer([
                .. result.Value.Channels.Select(each =>
                    CallsAnswers.ToItem(new DataChannelAnswer { Id = each.Id }, each.Error)
                ),
            ])
            : CallsAnswer.Refuse(result.Error);
    }

    private static async Task<CallsAnswer> RunAsync(
        CallsCall call,
        Func<
            DataChannelsRequest,
            CancellationToken,
            ValueTask<CallsResult<DataChannelsOutcome>>
        > run
    )
    {
        var requests = ImmutableArray.CreateBuilder<DataChannelRequest>();
        var failed = new List<DataChannelAnswer?>();
        ErrorAnswer? firstError = null;
        foreach (var value in call.Body.FindItems("dataChannels"))
        {
            var request = CallsRequests.ToChannel(value);
            var error = Find(call.Caller, value, request, failed.Count);
            failed.Add(error is null ? null : ToFailed(request, error));
            firstError ??= error;
            if (error is null)
            {
                requests.Add(request);
            }
        }

        if (requests.Count == 0)
        {
            return Refuse(firstError!, [.. failed.Select(item => item!)]);
        }

        var result = await run(
            new DataChannelsRequest(call.Session, requests.ToImmutable()),
            call.Cancellation
        );
        if (!result.IsDone)
        {
            return CallsAnswer.Refuse(result.Error);
        }

        var next = 0;
        var outcomes = result.Value.Channels;
        return ToAnswer([.. failed.Select(item => item ?? CallsAnswers.ToItem(outcomes[next++]))]);
    }

    private static ErrorAnswer? Find(
        Caller caller,
        JsonElement value,
        DataChannelRequest request,
        int index
    )
    {
        var path = $"dataChannels[{index}]";
        if (request.RetransmitsMax is not null && request.LifeTimeMsMax is not null)
        {
            return Invalid($"{path}: maxRetransmits and maxPacketLifeTime exclude each other.");
        }

        if (request.Location == TrackLocation.Local)
        {
            return request.WaitsForAck || request.CanReply == true
                ? Invalid($"{path}: waitForAck and canReply are of remote channels only.")
                : Forbid(caller.RefusePublish(request.Name));
        }

        if (request.SessionId is null)
        {
            var names = value.EnumerateObject().Select(member => member.Name);
            var hint = JsonShapeCheck.Hint(names, "sessionId");
            return Invalid(
                $"{path}.sessionId is missing: the session that publishes the channel is expected.{hint}"
            );
        }

        return Forbid(caller.RefusePull(request.SessionId));
    }

    private static ErrorAnswer Invalid(string sentence) =>
        new(CallsErrors.InvalidParams, sentence, Retryable: false);

    private static ErrorAnswer? Forbid(string? sentence) =>
        sentence is null ? null : new(CallsErrors.Forbidden, sentence, Retryable: false);

    private static CallsAnswer Refuse(ErrorAnswer error, IReadOnlyList<DataChannelAnswer> items)
    {
        var isForbidden = string.Equals(
            error.ErrorCode,
            CallsErrors.Forbidden,
            StringComparison.Ordinal
        );
        return CallsAnswer.Refuse(
            isForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status406NotAcceptable,
            error with
            {
                DataChannels = items,
            }
        );
    }

    private static DataChannelAnswer ToFailed(DataChannelRequest request, ErrorAnswer error) =>
        new()
        {
            Location = request.Location == TrackLocation.Local ? "local" : "remote",
            SessionId = request.SessionId,
            DataChannelName = request.Name,
            ErrorCode = error.ErrorCode,
            ErrorDescription = error.ErrorDescription,
            Retryable = error.Retryable,
        };

    private static CallsAnswer ToAnswer(IReadOnlyList<DataChannelAnswer> items) =>
        CallsAnswer.From(
            StatusCodes.Status200OK,
            new DataChannelsAnswer(items),
            CallsJsonContext.Wire.DataChannelsAnswer
        );
}
