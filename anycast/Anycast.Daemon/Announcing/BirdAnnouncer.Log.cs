using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Announcing;

internal sealed partial class BirdAnnouncer
{
    [LoggerMessage(6100, LogLevel.Information, "BIRD has {State} now, {Protocol} last.")]
    private static partial void LogDone(ILogger log, BirdState state, string protocol);

    [LoggerMessage(
        6101,
        LogLevel.Warning,
        "BIRD does not do as it is told, and is told again each second: {Problem}"
    )]
    private static partial void LogFailed(ILogger log, string problem);

    [LoggerMessage(6102, LogLevel.Information, "BIRD answers again.")]
    private static partial void LogAnswersAgain(ILogger log);

    [LoggerMessage(
        6103,
        LogLevel.Warning,
        "BIRD had {State} without having been told so; it is told otherwise."
    )]
    private static partial void LogDrifted(ILogger log, BirdState state);
}
