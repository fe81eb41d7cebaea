using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Control.Server.Front;

/// <content>Log events 4500 to 4599: connections taken from edges.</content>
internal sealed partial class FrontListener
{
    [LoggerMessage(
        4500,
        LogLevel.Warning,
        "Connections cannot be taken from edges now: {Error}; asked again at once."
    )]
    private static partial void LogFault(ILogger logger, SocketError error);

    [LoggerMessage(4501, LogLevel.Warning, "A connection of an edge could not be taken: {Error}.")]
    private static partial void LogUntaken(ILogger logger, SystemError error);

    [LoggerMessage(4502, LogLevel.Debug, "What an edge gave is no client's connection: {Error}.")]
    private static partial void LogUnusable(ILogger logger, SocketError error);
}
