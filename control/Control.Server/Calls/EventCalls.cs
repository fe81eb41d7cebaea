using System.Text;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;

namespace Control.Server.Calls;

/// <summary>What happens in an app, in a group of it, or in one session, as server-sent events.</summary>
internal sealed class EventCalls(ICallsNode node, CallsParts parts, TimeProvider time)
{
    // Chosen: proxies close a silent connection after 60 s, some after 30 s.
    private static readonly TimeSpan CommentInterval = TimeSpan.FromSeconds(15);

    private readonly StreamCounter _ofApps = new();
    private readonly StreamCounter _ofGroups = new();

    /// <summary>GET events, of an app, of a group or of a session.</summary>
    public async Task<CallsAnswer?> StreamAsync(HttpContext context, CallsCall call)
    {
        if (!_ofApps.TryEnter(call.AppId, parts.Limits.EventStreamsPerApp))
        {
            return TooMany(
                $"The app has {parts.Limits.EventStreamsPerApp} event streams open already."
            );
        }

        try
        {
            return call.Group is { } group
                ? await StreamAsync(context, call, group)
                : await StreamCountedAsync(context, call);
        }
        finally
        {
            _ofApps.Leave(call.AppId);
        }
    }

    /// <summary>A group's streams are bounded too: whoever came by an invitation takes away those of the
    /// group, not those of the app.</summary>
    private async Task<CallsAnswer?> StreamAsync(HttpContext context, CallsCall call, string group)
    {
        var key = $"{call.AppId}\n{group}";
        if (!_ofGroups.TryEnter(key, parts.Limits.EventStreamsPerGroup))
        {
            return TooMany(
                $"The group has {parts.Limits.EventStreamsPerGroup} event streams open already."
            );
        }

        try
        {
            return await StreamCountedAsync(context, call);
        }
        finally
        {
            _ofGroups.Leave(key);
        }
    }

    private async Task<CallsAnswer?> StreamCountedAsync(HttpContext context, CallsCall call)
    {
        if (
            call.SessionId.Length > 0
            && await node.GetSessionAsync(call.Session, context.RequestAborted) is null
        )
        {
            return CallsAnswer.SessionGone;
        }

        await WriteAsync(context, call);
        return null;
    }

    private static CallsAnswer TooMany(string sentence) =>
        CallsAnswer.RefuseForNow(
            StatusCodes.Status429TooManyRequests,
            CallsErrors.TooManyRequests,
            sentence,
            TimeSpan.FromSeconds(5)
        );

    private async Task WriteAsync(HttpContext context, CallsCall call)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx holds streams back unless told not to.
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            parts.Stopping
        );
        var sessionId = call.SessionId.Length == 0 ? null : call.SessionId;
        await using var events = node.ReadEventsAsync(call.AppId, sessionId, call.Group, both.Token)
            .GetAsyncEnumerator(both.Token);
        try
        {
            await PumpAsync(response.Body, call.AppId, events, both);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            // The reader has gone, or the process ends: so does the stream.
            return;
        }
    }

    private async Task PumpAsync(
        Stream body,
        string appId,
        IAsyncEnumerator<CallsEvent> events,
        CancellationTokenSource end
    )
    {
        var next = events.MoveNextAsync().AsTask();
        try
        {
            // Whoever has seen this misses nothing that happens afterwards.
            await body.WriteAsync(": open\n\n"u8.ToArray(), end.Token);
            await body.FlushAsync(end.Token);
            while (true)
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                var silence = Task.Delay(CommentInterval, time, pause.Token);
                var first = await Task.WhenAny(next, silence);
                await pause.CancelAsync();
                end.Token.ThrowIfCancellationRequested();
                if (first == silence)
                {
                    if (!parts.Apps.Exists(appId))
                    {
                        return;
                    }

                    await body.WriteAsync(": still here\n\n"u8.ToArray(), end.Token);
                }
                else if (await next)
                {
                    await body.WriteAsync(ToBytes(events.Current), end.Token);
                    next = events.MoveNextAsync().AsTask();
                }
                else
                {
                    return;
                }

                await body.FlushAsync(end.Token);
            }
        }
        finally
        {
            // The reader must be at rest before it is disposed.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static byte[] ToBytes(CallsEvent happened)
    {
        var type = CallsAnswers.ToName(happened.Kind);
        var head = Encoding.UTF8.GetBytes($"id: {happened.Sequence}\nevent: {type}\ndata: ");
        // JSON has no line ends of its own, so one `data` line holds it.
        return [.. head, .. CallsAnswers.WriteEvent(happened), .. "\n\n"u8];
    }
}
