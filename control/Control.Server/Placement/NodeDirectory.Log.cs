using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <content>Log events 4400 to 4499: nodes and what is placed on them.</content>
internal sealed partial class NodeDirectory
{
    [LoggerMessage(
        4400,
        LogLevel.Information,
        "Node {Node} of PoP {Pop} ({Address}) is there: {Readiness}."
    )]
    private static partial void LogMet(
        ILogger log,
        string node,
        string pop,
        NodeAddress address,
        NodeReadiness readiness
    );

    [LoggerMessage(4401, LogLevel.Information, "Node {Node} of PoP {Pop} is {Readiness}.")]
    private static partial void LogReadiness(
        ILogger log,
        string node,
        string pop,
        NodeReadiness readiness
    );

    [LoggerMessage(4402, LogLevel.Warning, "Node {Node} of PoP {Pop} is silent.")]
    private static partial void LogSilent(ILogger log, string node, string pop);

    [LoggerMessage(4403, LogLevel.Information, "Node {Node} of PoP {Pop} is heard of again.")]
    private static partial void LogBack(ILogger log, string node, string pop);

    [LoggerMessage(4404, LogLevel.Information, "Node {Node} of PoP {Pop} is forgotten.")]
    private static partial void LogForgotten(ILogger log, string node, string pop);

    [LoggerMessage(
        4405,
        LogLevel.Error,
        "Node {Node} of PoP {Pop} has the number of another name, {Known}, and is not used: rename one of them."
    )]
    private static partial void LogClash(ILogger log, string node, string pop, string known);

    [LoggerMessage(
        4406,
        LogLevel.Error,
        "Two processes run as node {Node} of PoP {Pop}: give one of them another name."
    )]
    private static partial void LogTwice(ILogger log, string node, string pop);

    [LoggerMessage(
        4407,
        LogLevel.Warning,
        "What comes as {Address} is no announcement of that node; it is not used."
    )]
    private static partial void LogUnusable(ILogger log, NodeAddress address);

    [LoggerMessage(4408, LogLevel.Error, "There are more than {Max} nodes; others are not used.")]
    private static partial void LogTooMany(ILogger log, int max);
}
