using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Desk;

/// <content>Log events 3600 to 3699: sessions that go from node to node.</content>
internal sealed partial class HandOverDesk
{
    [LoggerMessage(
        3600,
        LogLevel.Debug,
        "A group of sessions of node {From}, {Bytes} bytes: {Refusal} (empty: taken)."
    )]
    private static partial void LogTaken(
        ILogger logger,
        ushort from,
        int bytes,
        HandOverRefusal? refusal
    );

    [LoggerMessage(3601, LogLevel.Error, "Taking a group of sessions of node {From} failed.")]
    private static partial void LogFailed(ILogger logger, ushort from, Exception error);
}
