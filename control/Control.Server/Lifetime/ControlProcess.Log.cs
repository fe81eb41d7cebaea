namespace Control.Server.Lifetime;

internal sealed partial class ControlProcess
{
    [LoggerMessage(4000, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarned(ILogger log, string warning);
}
