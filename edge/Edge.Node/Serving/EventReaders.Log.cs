using Microsoft.Extensions.Logging;

namespace Edge.Node.Serving;

internal sealed partial class EventReaders
{
    [LoggerMessage(3410, LogLevel.Error, "Events are not sent to a reader any more.")]
    private static partial void LogNotSent(ILogger logger, Exception error);
}
