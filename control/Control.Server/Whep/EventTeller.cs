using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Control.Contract;
using Control.Server.Calls;
using Control.Server.Placement;
using Control.Server.Sessions;
using Edge.Hosting.Http;

namespace Control.Server.Whep;

/// <summary>Writes streams of events of players: looks at the session every second, and tells what is new.</summary>
/// <remarks>
/// A stream ends with its session, when it is deleted, and with this process: another control then goes on with it, since
/// the session keeps what is told. It does not end behind <see cref="EventKinds.Reconnect"/>: browsers come back to a
/// stream that ends, and would be told again each time.
/// </remarks>
internal sealed class EventTeller(
    IMediaNode node,
    ViewerCounts counts,
    Jitter jitter,
    TimeProvider time,
    CancellationToken stopping
)
{
    // Chosen: a page, its reload, and whoever watches over it.
    private const int ReadersPerSessionMax = 8;

    // Chosen: a layer that begins is seen about when its first second is measured.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    // Chosen: proxies close a silent connection after 30 s and more, and a look that fails lasts 5.5 s.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);

    // Chosen: when a control ends, its readers come to the others spread over two seconds.
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TooManyRetry = TimeSpan.FromSeconds(5);

    private readonly StreamCounter _readers = new();

    /// <summary>Whether a session is a player at the path.</summary>
    public static bool IsAt(SessionReport? report, StreamRoute route) =>
        report is { IsPublisher: false } && report.Stream == route.Stream;

    /// <summary>Tells what is new until the stream is over or its reader has gone.</summary>
    /// <param name="context">The request that reads it.</param>
    /// <param name="route">Its session.</param>
    /// <param name="id">Its name.</param>
    public async Task TellAsync(HttpContext context, StreamRoute route, string id)
    {
        var key = $"{route.AppId}\n{route.SessionId}";
        if (!_readers.TryEnter(key, ReadersPerSessionMax))
        {
            await Responses.WriteProblemAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                $"The session has {ReadersPerSessionMax} readers of events already.",
                TooManyRetry
            );
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            stopping
        );
        try
        {
            await TellAsync(context, route, id, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the process ends: so does the stream.
        }
        finally
        {
            _readers.Leave(key);
        }
    }

    private async Task TellAsync(
        HttpContext context,
        StreamRoute route,
        string id,
        CancellationToken cancellation
    )
    {
        PlayerStory? story = null;
        var toldAt = time.GetTimestamp();
        while (true)
        {
            var news = "";
            var result = await node.DescribeAsync(route.Session, cancellation);
            var report = (result as DescribeResult.Found)?.Report;
            if (IsAt(report, route) && KindsOf(report!, id) is { } kinds)
            {
                if (story is null)
                {
                    story = new PlayerStory(kinds);
                    news = Announce(context.Response);
                }

                news += story.Continue(report!, await CountAsync(story, route));
            }
            else if (story is null)
            {
                await WriteMissingAsync(context, result);
                return;
            }
            else if (result is not DescribeResult.Unavailable)
            {
                return;
            }

            if (news.Length == 0 && time.GetElapsedTime(toldAt) >= SilenceMax)
            {
                news = ": still here\n\n";
            }

            if (news.Length > 0)
            {
                toldAt = time.GetTimestamp();
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(news), cancellation);
                await context.Response.Body.FlushAsync(cancellation);
            }

            await Task.Delay(LookInterval, time, cancellation);
        }
    }

    private ValueTask<int?> CountAsync(PlayerStory story, StreamRoute route) =>
        story.Tells(EventKinds.ViewerCount)
            ? counts.LookAsync(route.Stream)
            : ValueTask.FromResult<int?>(null);

    /// <summary>Begins the answer; what its first bytes are: when a reader should come back that lost it.</summary>
    private string Announce(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx holds streams back unless told not to.
        response.Headers["X-Accel-Buffering"] = "no";
        var milliseconds = (int)jitter.Around(ComeBackAfter).TotalMilliseconds;
        return string.Create(CultureInfo.InvariantCulture, $"retry: {milliseconds}\n\n");
    }

    private static ImmutableArray<string>? KindsOf(SessionReport report, string id)
    {
        foreach (var events in report.EventStreams ?? [])
        {
            if (string.Equals(events.Id, id, StringComparison.Ordinal))
            {
                return events.Kinds;
            }
        }

        return null;
    }

    private static Task WriteMissingAsync(HttpContext context, DescribeResult result) =>
        result is DescribeResult.Unavailable unavailable
            ? Refusals.WriteUnavailableAsync(context, unavailable.Detail, unavailable.RetryAfter)
            : Responses.WriteProblemAsync(
                context,
                StatusCodes.Status404NotFound,
                "There is no such stream of events: it was deleted, or its session has ended."
            );
}
