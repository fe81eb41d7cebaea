using Edge.Node.Sessions;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Shards;

/// <content>Log events 3000 to 3099: the shards.</content>
internal sealed partial class Shard
{
    [LoggerMessage(3020, LogLevel.Error, "A frame of another node was dropped.")]
    private static partial void LogFrameFault(ILogger logger, Exception error);

    [LoggerMessage(3000, LogLevel.Debug, "Shard {Shard} runs.")]
    private static partial void LogStarted(ILogger logger, int shard);

    [LoggerMessage(3001, LogLevel.Debug, "Shard {Shard} has ended.")]
    private static partial void LogStopped(ILogger logger, int shard);

    [LoggerMessage(3002, LogLevel.Information, "{Role} {SessionId} is connected on shard {Shard}.")]
    private static partial void LogConnected(
        ILogger logger,
        string sessionId,
        SessionRole role,
        int shard
    );

    [LoggerMessage(3003, LogLevel.Information, "{Role} {SessionId} closed: {Reason}.")]
    private static partial void LogClosed(
        ILogger logger,
        string sessionId,
        SessionRole role,
        PeerClosedReason reason
    );

    [LoggerMessage(3004, LogLevel.Debug, "Session {SessionId} moves from shard {From} to {To}.")]
    private static partial void LogMoved(ILogger logger, string sessionId, int from, int to);

    [LoggerMessage(
        3005,
        LogLevel.Error,
        "Session {SessionId} ends because of an error of the node."
    )]
    private static partial void LogFault(ILogger logger, string sessionId, Exception error);

    [LoggerMessage(
        3008,
        LogLevel.Information,
        "Session {SessionId} lost its data channels: {What} {Failure}."
    )]
    private static partial void LogChannelsLost(
        ILogger logger,
        string sessionId,
        DataChannelEventKind what,
        DataChannelFailure failure
    );

    [LoggerMessage(3006, LogLevel.Warning, "Shard {Shard} has run short of packet slots.")]
    private static partial void LogShortOfSlots(ILogger logger, int shard);
}
