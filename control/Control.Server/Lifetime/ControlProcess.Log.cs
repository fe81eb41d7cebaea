namespace Control.Server.Lifetime;

internal sealed partial class ControlProcess
{
    [LoggerMessage(4000, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarned(ILogger log, string warning);

    [LoggerMessage(
        4001,
        LogLevel.Information,
        "Draining: no new requests; those there are have {Seconds} seconds."
    )]
    private static partial void LogDraining(ILogger log, double seconds);
}
