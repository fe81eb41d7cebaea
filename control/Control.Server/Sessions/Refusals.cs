using Control.Contract;
using Edge.Hosting.Http;

namespace Control.Server.Sessions;

/// <summary>Turns a node's refusal into HTTP.</summary>
internal static class Refusals
{
    // Chosen: a player that waits for a publisher starts within a second of it.
    private static readonly TimeSpan NoPublisherRetry = TimeSpan.FromSeconds(1);

    // Chosen: load falls in seconds, or somebody has to add nodes.
    private static readonly TimeSpan OverloadRetry = TimeSpan.FromSeconds(5);

    // Chosen: a connection within the PoP is back within a second or two.
    private static readonly TimeSpan UnavailableRetry = TimeSpan.FromSeconds(2);

    /// <summary>Writes the refusal.</summary>
    public static Task WriteAsync(
        HttpContext context,
        RefusalReason reason,
        string detail,
        TimeSpan? retryAfter = null
    ) =>
        reason switch
        {
            RefusalReason.Malformed => Responses.WriteProblemAsync(
                context,
                StatusCodes.Status400BadRequest,
                detail
            ),
            RefusalReason.Unsupported => Responses.WriteProblemAsync(
                context,
                StatusCodes.Status422UnprocessableEntity,
                detail
            ),
            RefusalReason.NoPublisher => Responses.WriteProblemAsync(
                context,
                StatusCodes.Status409Conflict,
                detail,
                retryAfter ?? NoPublisherRetry
            ),
            RefusalReason.Overloaded => Responses.WriteProblemAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                detail,
                retryAfter ?? OverloadRetry
            ),
            RefusalReason.Unavailable => WriteUnavailableAsync(context, detail, retryAfter),
            _ => throw new InvalidOperationException($"The node refused with {reason}."),
        };

    /// <summary>Writes that the node cannot be reached now.</summary>
    public static Task WriteUnavailableAsync(
        HttpContext context,
        string detail,
        TimeSpan? retryAfter
    ) =>
        Responses.WriteProblemAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            detail,
            retryAfter ?? UnavailableRetry
        );
}
