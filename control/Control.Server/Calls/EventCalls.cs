using System.Text;
using Control.Contract.Calls;

namespace Control.Server.Calls;

/// <summary>What happens in an app, in a group of it, or in one session, as server-sent events.</summary>
internal sealed class EventCalls(ICallsNode node, CallsParts parts, TimeProvider time)
{
    // Chosen: a page, its reload, and whoever watches over it.
    private const int StreamsPerSessionMax = 8;

    // Chosen: proxies close a silent connection after 60 s, some after 30 s.
    private static readonly TimeSpan CommentInterval = TimeSpan.FromSeconds(15);

    private readonly StreamCounter _ofApps = new();
    private readonly StreamCounter _ofGroups = new();
    private readonly StreamCounter _ofSessions = new();

    /// <summary>GET events, of an app, of a group or of a session.</summary>
    public Task<CallsAnswer?> StreamAsync(HttpContext context, CallsCall call) =>
        CountAsync(
            _ofApps,
            new(call.AppId, parts.Limits.EventStreamsPerApp, "app"),
            () => StreamPartAsync(context, call)
        );

    /// <summary>The streams of a session and of a group are bounded too: whoever has one, or came by an
    /// invitation, takes away those of it, not those of the app.</summary>
    private Task<CallsAnswer?> StreamPartAsync(HttpContext context, CallsCall call)
    {
        if (call.SessionId.Length > 0)
        {
            return CountAsync(
                _ofSessions,
                new($"{call.AppId}\n{call.SessionId}", StreamsPerSessionMax, "session"),
                () => StreamCountedAsync(context, call)
            );
        }

        return call.Group is { } group
            ? CountAsync(
                _ofGroups,
                new($"{call.AppId}\n{group}", parts.Limits.EventStreamsPerGroup, "group"),
                () => StreamCountedAsync(context, call)
            )
            : StreamCountedAsync(context, call);
    }

    private static async Task<CallsAnswer?> CountAsync(
        StreamCounter counter,
        StreamShare share,
        Func<Task<CallsAnswer?>> stream
    )
    {
        if (!counter.TryEnter(share.Key, share.CountMax))
        {
            return TooMany($"The {share.Whose} has {share.CountMax} event streams open already.");
        }

        try
        {
            return await stream();
        }
        finally
        {
            counter.Leave(share.Key);
        }
    }

    /// <summary>Subscribes before it looks whether the session is there: its end is then told, or it has
    /// ended before.</summary>
    private async Task<CallsAnswer?> StreamCountedAsync(HttpContext context, CallsCall call)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            parts.Stopping
        );
        var sessionId = call.SessionId.Length == 0 ? null : call.SessionId;
        var request = new EventsRequest(call.AppId, sessionId, call.Group);
        try
        {
            var stream = await node.ReadEventsAsync(request, end.Token);
            await using var events = stream.GetAsyncEnumerator(end.Token);
            if (
                sessionId is not null
                && await node.GetSessionAsync(call.Session, end.Token) is { Error: { } error }
            )
            {
                return CallsAnswer.RefuseSession(error);
            }

            Announce(context.Response);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await PumpAsync(context.Response.Body, call, events, end);
            }

            return null;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the process ends: so does the stream.
            return null;
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private static void Announce(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx holds streams back unless told not to.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static CallsAnswer TooMany(string sentence) =>
        CallsAnswer.RefuseForNow(
            StatusCodes.Status429TooManyRequests,
            CallsErrors.TooManyRequests,
            sentence,
            TimeSpan.FromSeconds(5)
        );

    /// <summary>Writes what happens for as long as the caller may know it: until the session ends, the app is
    /// deleted, or the token is no longer valid, which is looked at every <see cref="CommentInterval"/>.</summary>
    private async Task PumpAsync(
        Stream body,
        CallsCall call,
        IAsyncEnumerator<CallsEvent> events,
        CancellationTokenSource end
    )
    {
        // Whoever has seen this misses nothing that happens afterwards.
        await body.WriteAsync(": open\n\n"u8.ToArray(), end.Token);
        await body.FlushAsync(end.Token);
        var checkAt = time.GetUtcNow() + CommentInterval;
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                var isNext = await WaitAsync(next, end.Token);
                if (time.GetUtcNow() >= checkAt)
                {
                    checkAt = time.GetUtcNow() + CommentInterval;
                    if (!parts.Apps.StillGrants(call.Caller))
                    {
                        return;
                    }
                }

                if (!isNext)
                {
                    await body.WriteAsync(": still here\n\n"u8.ToArray(), end.Token);
                }
                else if (!await next || !await TryTellAsync(body, call, events.Current, end.Token))
                {
                    return;
                }
                else
                {
                    next = events.MoveNextAsync().AsTask();
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

    /// <summary>Writes an event; false when it is the last of its stream.</summary>
    private static async Task<bool> TryTellAsync(
        Stream body,
        CallsCall call,
        CallsEvent happened,
        CancellationToken cancellation
    )
    {
        await body.WriteAsync(ToBytes(happened), cancellation);
        return happened.Kind != CallsEventKind.SessionEnded || call.SessionId.Length == 0;
    }

    /// <summary>Waits for the next event; false when there was silence for long enough.</summary>
    private async Task<bool> WaitAsync(Task<bool> next, CancellationToken cancellation)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var silence = Task.Delay(CommentInterval, time, pause.Token);
        var first = await Task.WhenAny(next, silence);
        await pause.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first == next;
    }

    private static byte[] ToBytes(CallsEvent happened)
    {
        var type = CallsEventJson.ToName(happened.Kind);
        var head = Encoding.UTF8.GetBytes($"id: {happened.Sequence}\nevent: {type}\ndata: ");
        // JSON has no line ends of its own, so one `data` line holds it.
        return [.. head, .. CallsEventJson.Write(happened), .. "\n\n"u8];
    }

    /// <summary>Whose streams are counted, and how many there may be.</summary>
    private readonly record struct StreamShare(string Key, int CountMax, string Whose);
}
