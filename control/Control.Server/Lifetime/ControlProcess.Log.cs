namespace Control.Server.Lifetime;

internal sealed partial class ControlProcess
{
    [LoggerMessage(4000, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarned(ILogger log, string warning);

    [LoggerMessage(
        4001,
        LogLevel.Information,
        "Draining: no new sessions; the others have {Seconds} seconds."
    )]
    private static partial void LogDraining(ILogger log, double seconds);

    [LoggerMessage(4002, LogLevel.Information, "Drained; {Left} sessions are ended now.")]
    private static partial void LogDrained(ILogger log, int left);
}
