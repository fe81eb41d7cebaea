using System.Collections.Immutable;
using Control.Contract.Calls;

namespace Edge.Hosting.Settings.Limits;

/// <summary>The limits of the session API; GET /v1/limits publishes them under the same names.</summary>
/// <remarks>Source of the defaults, where not chosen: Cloudflare's documented limits.</remarks>
public sealed record CallsLimits
{
    /// <summary>Requests a second to one session; a burst of as many.</summary>
    public int RequestsPerSecondPerSession { get; init; } = 50;

    /// <summary>Requests a second to one app; a burst of twice as many. Chosen: forty sessions at their
    /// limit; the original has none.</summary>
    public int RequestsPerSecondPerApp { get; init; } = 2000;

    /// <summary>Refused credentials a second of one address; a burst of five times as many. Chosen:
    /// guessing at this rate is hopeless.</summary>
    public int RefusalsPerSecondPerAddress { get; init; } = 100;

    /// <summary>New sessions a second in this process; a burst of twice as many. Chosen: a key exchange
    /// costs about 2 ms of a core, so this is half a core.</summary>
    public int NewSessionsPerSecond { get; init; } = 250;

    /// <summary>Tracks in one request.</summary>
    public int TracksPerRequest { get; init; } = 64;

    /// <summary>Data channels in one request.</summary>
    public int DataChannelsPerRequest { get; init; } = 64;

    /// <summary>Bytes of a body. Chosen: an offer of 128 sections of a browser has 250 KB.</summary>
    public int BodyBytes { get; init; } = 512 * 1024;

    /// <summary>Levels of JSON. Chosen: the deepest request has five.</summary>
    public int JsonDepth { get; init; } = 16;

    /// <summary>UTF-16 units of a track's or channel's name. Chosen: names are UUIDs, MediaStreamTrack
    /// ids or paths.</summary>
    public int NameLength { get; init; } = 256;

    /// <summary>Seconds until a request is answered, whatever happens. Chosen: longer than the node waits
    /// for a transport and for media together.</summary>
    public int RequestSeconds { get; init; } = 30;

    /// <summary>Sessions on a page of a list.</summary>
    public int SessionsPerPage { get; init; } = 100;

    /// <summary>Event streams of one app at once. Chosen: a tenth of the connections of a process.</summary>
    public int EventStreamsPerApp { get; init; } = 1000;

    /// <summary>Of those, event streams of one group. Chosen: more people than a call has.</summary>
    public int EventStreamsPerGroup { get; init; } = 100;

    /// <summary>Answers that are kept for an Idempotency-Key, of all apps together: the oldest is forgotten
    /// first.</summary>
    public int IdempotencyKeys { get; init; } = 10_000;

    /// <summary>Seconds that such an answer is kept. Chosen: longer than any client retries.</summary>
    public int IdempotencySeconds { get; init; } = 600;

    /// <summary>Seconds a token that this server signs may live.</summary>
    public int TokenSeconds { get; init; } = 30 * 24 * 3600;

    /// <summary>Seconds a TURN credential may live.</summary>
    public int TurnSeconds { get; init; } = 48 * 3600;

    /// <summary>The times the node holds its sessions to.</summary>
    public CallsNodeLimits Times { get; init; } = new();

    /// <summary>Every limit: its name on the wire, how to read and to change it, and its bounds.</summary>
    public static ImmutableArray<CallsLimit> All { get; } =
    [
        new(
            "requestsPerSecondPerSession",
            1,
            100_000,
            x => x.RequestsPerSecondPerSession,
            (x, n) => x with { RequestsPerSecondPerSession = n }
        ),
        new(
            "requestsPerSecondPerApp",
            1,
            1_000_000,
            x => x.RequestsPerSecondPerApp,
            (x, n) => x with { RequestsPerSecondPerApp = n }
        ),
        new(
            "refusalsPerSecondPerAddress",
            1,
            100_000,
            x => x.RefusalsPerSecondPerAddress,
            (x, n) => x with { RefusalsPerSecondPerAddress = n }
        ),
        new(
            "newSessionsPerSecond",
            1,
            100_000,
            x => x.NewSessionsPerSecond,
            (x, n) => x with { NewSessionsPerSecond = n }
        ),
        new(
            "tracksPerRequest",
            1,
            1024,
            x => x.TracksPerRequest,
            (x, n) => x with { TracksPerRequest = n }
        ),
        new(
            "dataChannelsPerRequest",
            1,
            1024,
            x => x.DataChannelsPerRequest,
            (x, n) => x with { DataChannelsPerRequest = n }
        ),
        new(
            "bodyBytes",
            4096,
            16 * 1024 * 1024,
            x => x.BodyBytes,
            (x, n) => x with { BodyBytes = n }
        ),
        new("jsonDepth", 8, 64, x => x.JsonDepth, (x, n) => x with { JsonDepth = n }),
        new("nameLength", 36, 4096, x => x.NameLength, (x, n) => x with { NameLength = n }),
        new(
            "requestSeconds",
            1,
            300,
            x => x.RequestSeconds,
            (x, n) => x with { RequestSeconds = n }
        ),
        new(
            "sessionsPerPage",
            1,
            1000,
            x => x.SessionsPerPage,
            (x, n) => x with { SessionsPerPage = n }
        ),
        new(
            "eventStreamsPerApp",
            1,
            10_000,
            x => x.EventStreamsPerApp,
            (x, n) => x with { EventStreamsPerApp = n }
        ),
        new(
            "eventStreamsPerGroup",
            1,
            10_000,
            x => x.EventStreamsPerGroup,
            (x, n) => x with { EventStreamsPerGroup = n }
        ),
        new(
            "idempotencyKeys",
            1,
            1_000_000,
            x => x.IdempotencyKeys,
            (x, n) => x with { IdempotencyKeys = n }
        ),
        new(
            "idempotencySeconds",
            1,
            24 * 3600,
            x => x.IdempotencySeconds,
            (x, n) => x with { IdempotencySeconds = n }
        ),
        new(
            "tokenSeconds",
            60,
            366 * 24 * 3600,
            x => x.TokenSeconds,
            (x, n) => x with { TokenSeconds = n }
        ),
        new("turnSeconds", 60, 48 * 3600, x => x.TurnSeconds, (x, n) => x with { TurnSeconds = n }),
        OfTime(
            "connectWaitMs",
            new(0, 60_000),
            times => times.ConnectWait,
            (times, time) => times with { ConnectWait = time }
        ),
        OfTime(
            "mediaWaitMs",
            new(0, 60_000),
            times => times.MediaWait,
            (times, time) => times with { MediaWait = time }
        ),
        OfTime(
            "trackIdleMs",
            new(1000, 3_600_000),
            times => times.TrackIdle,
            (times, time) => times with { TrackIdle = time }
        ),
        OfTime(
            "sessionIdleMs",
            new(1000, 300_000),
            times => times.SessionIdle,
            (times, time) => times with { SessionIdle = time }
        ),
        OfTime(
            "ackWaitMs",
            new(0, 300_000),
            times => times.AckWait,
            (times, time) => times with { AckWait = time }
        ),
        OfTime(
            "qualityIntervalMs",
            new(1000, 600_000),
            times => times.QualityInterval,
            (times, time) => times with { QualityInterval = time }
        ),
    ];

    /// <summary>A sentence for each pair of limits that do not go together.</summary>
    public IEnumerable<string> FindConflicts()
    {
        var waits = Times.ConnectWait + Times.MediaWait;
        if (waits >= TimeSpan.FromSeconds(RequestSeconds))
        {
            yield return "connectWaitMs and mediaWaitMs together have to be less than requestSeconds, "
                + "or requests are given up that the node still works on.";
        }
    }

    private static CallsLimit OfTime(
        string name,
        (int Min, int Max) range,
        Func<CallsNodeLimits, TimeSpan> read,
        Func<CallsNodeLimits, TimeSpan, CallsNodeLimits> change
    ) =>
        new(
            name,
            range.Min,
            range.Max,
            limits => (int)read(limits.Times).TotalMilliseconds,
            (limits, value) =>
                limits with
                {
                    Times = change(limits.Times, TimeSpan.FromMilliseconds(value)),
                },
            IsOfNode: true
        );
}
