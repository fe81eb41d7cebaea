using Microsoft.Extensions.Logging;

namespace Edge.Bus;

/// <content>Log events 7900 to 7999: the handlers of any bus.</content>
internal sealed partial class BusDispatcher
{
    [LoggerMessage(7900, LogLevel.Error, "A handler of {Pattern} has thrown.")]
    internal static partial void LogHandlerFault(ILogger logger, string pattern, Exception error);

    [LoggerMessage(7901, LogLevel.Error, "A watcher of the connection has thrown.")]
    private static partial void LogWatchFault(ILogger logger, Exception error);
}
