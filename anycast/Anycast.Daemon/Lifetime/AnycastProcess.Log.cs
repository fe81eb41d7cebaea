using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Lifetime;

internal sealed partial class AnycastProcess
{
    [LoggerMessage(6010, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarned(ILogger log, string warning);

    [LoggerMessage(6011, LogLevel.Information, "A dry run; BIRD's configuration: {Answer}")]
    private static partial void LogDryRun(ILogger log, string answer);
}
