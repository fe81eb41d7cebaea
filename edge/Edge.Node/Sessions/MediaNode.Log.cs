using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions;

/// <content>Log events 3100 to 3199: the node and its sessions.</content>
public sealed partial class MediaNode
{
    [LoggerMessage(
        3100,
        LogLevel.Information,
        "The media node runs on UDP port {Port} with {Shards} shards; its SRTP on {Ciphers}."
    )]
    private static partial void LogStarted(ILogger logger, int shards, int port, string ciphers);

    [LoggerMessage(
        3101,
        LogLevel.Information,
        "The media node has stopped; every shard ended in time: {HaveEnded}."
    )]
    private static partial void LogStopped(ILogger logger, bool haveEnded);

    [LoggerMessage(3103, LogLevel.Error, "Housekeeping failed; it goes on in a second.")]
    private static partial void LogHousekeepingFault(ILogger logger, Exception error);

    [LoggerMessage(3102, LogLevel.Information, "{Role} {SessionId} was answered.")]
    private static partial void LogCreated(ILogger logger, SessionRole role, string sessionId);
}
