using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Control.Contract;
using Control.Contract.Calls;
using Control.Server.Http;
using Control.Server.Lifetime;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace Control.Server.Calls;

/// <summary>What every request of the session API goes through: credentials, limits, body, whose session
/// it is, the repetition of lost answers, a bounded time, and an answer that is always a JSON object.</summary>
internal sealed partial class CallsDispatcher(
    CallsGate gate,
    ICallsNode node,
    CallsLimits limits,
    DrainState drain,
    ServerOptions options
)
{
    private const string KeyName = "Idempotency-Key";
    private const int KeyLengthMax = 255;

    private readonly CallsBody _body = new(limits, options.Time);
    private readonly NewSessionGate _newSessions = new(
        limits.NewSessionsPerSecond,
        options.Time,
        options.Random
    );
    private readonly IdempotencyStore _answers = new(
        limits.IdempotencyKeys,
        TimeSpan.FromSeconds(limits.IdempotencySeconds),
        options.Time
    );
    private readonly ILogger _log = options.Loggers.CreateLogger<CallsDispatcher>();

    /// <summary>Answers a request to a path with these operations.</summary>
    public async Task HandleAsync(HttpContext context, ImmutableArray<CallsOperation> operations)
    {
        Cors.AddHeaders(context.Response);
        var methods = string.Join(", ", operations.Select(each => each.Api.Method)) + ", OPTIONS";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            Cors.AddPreflightHeaders(context.Response, methods);
            context.Response.Headers.Allow = methods;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (Find(operations, context.Request.Method) is not { } operation)
        {
            context.Response.Headers.Allow = methods;
            await CallsWriter.WriteAsync(context, MethodNotAllowed(methods));
            return;
        }

        if (await TryAnswerAsync(context, operation) is { } answer)
        {
            await CallsWriter.WriteAsync(
                context,
                operation.ListsTracks ? answer.WithTracks() : answer
            );
        }
    }

    private async Task<CallsAnswer?> TryAnswerAsync(HttpContext context, CallsOperation operation)
    {
        try
        {
            return await AnswerAsync(context, operation);
        }
        catch (BadHttpRequestException exception)
        {
            // Kestrel's own refusals while a body is read: too large, too slow, broken chunks.
            context.Response.Headers.Connection = "close";
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? _body.TooLarge()
                : CallsAnswer.Refuse(
                    exception.StatusCode,
                    CallsErrors.Decoding,
                    "The request is not well-formed HTTP, or came too slowly."
                );
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
            return null;
        }
        catch (OperationCanceledException)
        {
            LogTimedOut(_log, operation.Api.Id, limits.RequestSeconds);
            return CallsAnswer.RefuseForNow(
                StatusCodes.Status503ServiceUnavailable,
                CallsErrors.TemporarilyUnavailable,
                $"There was no answer within {limits.RequestSeconds} seconds; what came of the request is not known.",
                TimeSpan.FromSeconds(1)
            );
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFailed(_log, operation.Api.Id, exception);
            return CallsAnswer.Refuse(
                StatusCodes.Status500InternalServerError,
                CallsErrors.Internal,
                "Backend error"
            );
        }
    }

    private async Task<CallsAnswer?> AnswerAsync(HttpContext context, CallsOperation operation)
    {
        var route = context.Request.RouteValues;
        var sessionId = route["sessionId"] as string ?? "";
        var session = new SessionKey(route["appId"] as string ?? "", sessionId);
        if (gate.TryEnter(context, session, out var caller) is { } stopped)
        {
            return stopped;
        }

        if (CallsGate.CheckScope(caller!, operation.Scope) is { } forbidden)
        {
            return forbidden;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limits.BodyBytes + 1;
        }

        var (text, refusal) = await _body.ReadAsync(context);
        if (text is null)
        {
            return refusal;
        }

        var api = operation.Api;
        if (_body.TryParse(text, api.Request, api.IsRequestOptional, out var body) is { } wrong)
        {
            return wrong;
        }

        var choice = operation.IsOfGroups ? caller!.ChooseGroup(context.Request.Query) : default;
        if (choice.Refusal is { } foreign)
        {
            return foreign;
        }

        var call = new CallsCall(caller!, sessionId, body, context.Request.Query)
        {
            TokenId = route["tokenId"] as string ?? "",
            Group = choice.Group,
        };
        return operation.StreamAsync is { } streamAsync
            ? await StreamAsync(context, call, streamAsync)
            : await RepeatOrRunAsync(context, operation, call, text);
    }

    private async Task<CallsAnswer?> StreamAsync(
        HttpContext context,
        CallsCall call,
        Func<HttpContext, CallsCall, Task<CallsAnswer?>> streamAsync
    ) =>
        await CheckOwnerAsync(call with { Cancellation = context.RequestAborted })
        ?? await streamAsync(context, call);

    private async Task<CallsAnswer?> RepeatOrRunAsync(
        HttpContext context,
        CallsOperation operation,
        CallsCall call,
        string text
    )
    {
        var keys = context.Request.Headers[KeyName];
        if (keys.Count == 0 || !operation.IsChange)
        {
            return await RunAsync(operation, call, context.RequestAborted);
        }

        var key = keys.Count == 1 ? keys[0]! : "";
        if (key.Length is 0 or > KeyLengthMax)
        {
            return CallsAnswer.Refuse(
                StatusCodes.Status400BadRequest,
                CallsErrors.InvalidParams,
                $"{KeyName}: one text of 1-{KeyLengthMax} characters is expected."
            );
        }

        // The work goes on when the client is gone: it will ask for the answer again.
        var name = string.Join(
            '\n',
            call.AppId,
            call.Caller.Owner ?? "",
            operation.Api.Id,
            call.SessionId,
            call.TokenId,
            key
        );
        var result = await _answers.RunAsync(
            name,
            ToDigest(context, text),
            () => RunAsync(operation, call, CancellationToken.None)
        );
        switch (result)
        {
            case IdempotentAnswer.First first:
                return first.Answer;
            case IdempotentAnswer.Again again:
                var answer = await again.Answer.WaitAsync(context.RequestAborted);
                context.Response.Headers["Idempotency-Replayed"] = "true";
                return answer;
            default:
                return CallsAnswer.Refuse(
                    StatusCodes.Status422UnprocessableEntity,
                    CallsErrors.KeyReused,
                    $"{KeyName}: this key came before with another request; draw a new one for each."
                );
        }
    }

    private async Task<CallsAnswer> RunAsync(
        CallsOperation operation,
        CallsCall call,
        CancellationToken gone
    )
    {
        if (operation.MakesSessions && FindClosed() is { } closed)
        {
            return closed;
        }

        var time = TimeSpan.FromSeconds(limits.RequestSeconds);
        using var deadline = new CancellationTokenSource(time, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, gone);
        var bounded = call with { Cancellation = both.Token };
        // A node that does not look at the token does not hold the answer either.
        return await CheckOwnerAsync(bounded).WaitAsync(both.Token)
            ?? await operation.HandleAsync(bounded).WaitAsync(both.Token);
    }

    private CallsAnswer? FindClosed()
    {
        if (drain.IsDraining)
        {
            return CallsAnswer.RefuseForNow(
                StatusCodes.Status503ServiceUnavailable,
                CallsErrors.TemporarilyUnavailable,
                "This node takes no new sessions: it is being stopped.",
                _newSessions.DrawWait()
            );
        }

        return _newSessions.TryEnter(out var retryAfter)
            ? null
            : CallsAnswer.RefuseForNow(
                StatusCodes.Status429TooManyRequests,
                CallsErrors.TooManyRequests,
                "More sessions are asked for than can be made now.",
                retryAfter
            );
    }

    /// <summary>Whether a token may use a session: it is limited to it, or its owner made it. Others get
    /// what they would get if there were none: ids are known to everybody who may pull.</summary>
    private async Task<CallsAnswer?> CheckOwnerAsync(CallsCall call)
    {
        if (call.SessionId.Length == 0 || call.Caller.Claims is not { } claims)
        {
            return null;
        }

        if (claims.Session is { } only)
        {
            var isIt = string.Equals(only, call.SessionId, StringComparison.Ordinal);
            return isIt ? null : CallsAnswer.SessionGone;
        }

        var result = await node.GetSessionAsync(call.Session, call.Cancellation);
        if (!result.IsDone)
        {
            return CallsAnswer.RefuseSession(result.Error);
        }

        var state = result.Value;
        var isOwner =
            state.Owner is { } owner
            && string.Equals(owner, call.Caller.Owner, StringComparison.Ordinal)
            // Not by way of what its owner made elsewhere.
            && (
                claims.Group is null
                || string.Equals(claims.Group, state.Group, StringComparison.Ordinal)
            );
        return isOwner ? null : CallsAnswer.SessionGone;
    }

    private static CallsOperation? Find(ImmutableArray<CallsOperation> operations, string method)
    {
        var wanted = HttpMethods.IsHead(method) ? HttpMethods.Get : method;
        foreach (var operation in operations)
        {
            if (HttpMethods.Equals(operation.Api.Method, wanted))
            {
                return operation;
            }
        }

        return null;
    }

    private static ImmutableArray<byte> ToDigest(HttpContext context, string text) =>
        [
            .. SHA256.HashData(
                Encoding.UTF8.GetBytes(context.Request.QueryString.Value + "\n" + text)
            ),
        ];

    private static CallsAnswer MethodNotAllowed(string methods) =>
        CallsAnswer.Refuse(
            StatusCodes.Status405MethodNotAllowed,
            CallsErrors.MethodNotAllowed,
            $"There is no such method here; there is {methods}."
        );
}
