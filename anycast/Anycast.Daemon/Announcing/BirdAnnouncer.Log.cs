using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Announcing;

internal sealed partial class BirdAnnouncer
{
    [LoggerMessage(6100, LogLevel.Information, "BIRD has the address {State} now.")]
    private static partial void LogDone(ILogger log, BirdState state);

    [LoggerMessage(
        6101,
        LogLevel.Warning,
        "BIRD does not do as it is told, and is told again at each look: {Problem}"
    )]
    private static partial void LogFailed(ILogger log, string problem);

    [LoggerMessage(6102, LogLevel.Information, "BIRD answers again.")]
    private static partial void LogAnswersAgain(ILogger log);

    [LoggerMessage(
        6103,
        LogLevel.Warning,
        "BIRD has the address {State} without having been told so; it is told otherwise."
    )]
    private static partial void LogDrifted(ILogger log, BirdState state);
}
