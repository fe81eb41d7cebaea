using Microsoft.Extensions.Logging;

namespace Edge.Bus.Nats;

/// <content>Log events 7000 to 7099: the bus over NATS.</content>
public sealed partial class NatsBus
{
    [LoggerMessage(7000, LogLevel.Information, "Connected to NATS {Version} at {Url}.")]
    private static partial void LogConnected(ILogger logger, Uri url, string version);

    [LoggerMessage(7001, LogLevel.Warning, "The connection to NATS at {Url} was lost: {End}.")]
    private static partial void LogLost(ILogger logger, Uri url, NatsLinkEnd end);

    [LoggerMessage(7004, LogLevel.Information, "The connection to NATS at {Url} has ended: {End}.")]
    private static partial void LogClosed(ILogger logger, Uri url, NatsLinkEnd end);

    [LoggerMessage(
        7002,
        LogLevel.Warning,
        "NATS at {Url} cannot be reached, attempt {Attempt}: {Cause}"
    )]
    private static partial void LogCannotConnect(
        ILogger logger,
        Uri url,
        int attempt,
        string cause
    );

    [LoggerMessage(
        7003,
        LogLevel.Warning,
        "NATS: {Trouble}. {Untold} more since the last such line."
    )]
    private static partial void LogTrouble(ILogger logger, string trouble, int untold);
}
