using Microsoft.Extensions.Logging;

namespace Edge.Host.Lifetime;

internal sealed partial class EdgeProcess
{
    [LoggerMessage(5000, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarned(ILogger log, string warning);
}
