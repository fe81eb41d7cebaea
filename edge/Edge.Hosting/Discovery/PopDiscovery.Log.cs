using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Discovery;

/// <summary>Log events 8200 to 8299: discovery by Consul.</summary>
internal sealed partial class PopDiscovery
{
    [LoggerMessage(8200, LogLevel.Information, "Registered with Consul as {Service}.")]
    private static partial void LogRegistered(ILogger log, string service);

    [LoggerMessage(
        8201,
        LogLevel.Warning,
        "Consul does not keep {Service}: {Fault}. Trying on; all peers stay."
    )]
    private static partial void LogUnregistered(ILogger log, string service, ConsulFault fault);

    [LoggerMessage(
        8202,
        LogLevel.Warning,
        "What is known of Consul's catalogue is {Seconds} s old ({Fault}). The {Count} peers found in it stay."
    )]
    private static partial void LogOld(ILogger log, long seconds, ConsulFault fault, int count);

    [LoggerMessage(
        8203,
        LogLevel.Information,
        "Consul's catalogue is there again, after {Seconds} s."
    )]
    private static partial void LogFresh(ILogger log, long seconds);

    [LoggerMessage(8204, LogLevel.Information, "{Peer} was found in Consul and is a peer now.")]
    private static partial void LogFound(ILogger log, string peer);

    [LoggerMessage(8205, LogLevel.Information, "{Peer} listens elsewhere, Consul says.")]
    private static partial void LogMoved(ILogger log, string peer);

    [LoggerMessage(
        8206,
        LogLevel.Information,
        "{Peer} is neither in Consul nor connected, and no peer any more."
    )]
    private static partial void LogDropped(ILogger log, string peer);

    [LoggerMessage(8207, LogLevel.Error, "{Peer} of Consul's catalogue is refused: {Refusal}.")]
    private static partial void LogRefused(ILogger log, string peer, PeerRefusal refusal);

    [LoggerMessage(
        8208,
        LogLevel.Error,
        "{Count} processes of the PoP do not say in Consul who or where they are."
    )]
    private static partial void LogUnusable(ILogger log, int count);

    [LoggerMessage(8209, LogLevel.Error, "Discovery failed by a fault of ours, and goes on.")]
    private static partial void LogOurFault(ILogger log, Exception error);
}
