using Microsoft.Extensions.Logging;

namespace Edge.Node.Serving;

/// <content>Log events 3400 to 3499: what other processes ask of this node.</content>
public sealed partial class NodeService
{
    [LoggerMessage(
        3400,
        LogLevel.Information,
        "Node {Node} of PoP {Pop} answers as {Address} on {Buses} buses."
    )]
    private static partial void LogStarted(
        ILogger logger,
        string node,
        string pop,
        string address,
        int buses
    );

    [LoggerMessage(3401, LogLevel.Information, "The node is {Readiness}.")]
    private static partial void LogReadiness(
        ILogger logger,
        Control.Contract.Nodes.NodeReadiness readiness
    );

    [LoggerMessage(3402, LogLevel.Error, "{Operation} failed by an error of ours.")]
    private static partial void LogFailed(ILogger logger, string operation, Exception error);

    [LoggerMessage(3403, LogLevel.Error, "The node was not announced; it goes on in a second.")]
    private static partial void LogNotAnnounced(ILogger logger, Exception error);

    [LoggerMessage(
        3404,
        LogLevel.Warning,
        "{Left} requests were not answered in time before the end."
    )]
    private static partial void LogLeft(ILogger logger, int left);
}
