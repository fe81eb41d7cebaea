using Control.Contract.Nodes;

namespace Control.Server.Placement;

internal sealed partial class MeshNode
{
    [LoggerMessage(
        4420,
        LogLevel.Warning,
        "Node {Node} of PoP {Pop} did not say that it ended the sessions of a deleted app."
    )]
    private static partial void LogNotClosed(ILogger log, string node, string pop);

    [LoggerMessage(4421, LogLevel.Debug, "Node {Address} takes no session: {Detail}")]
    private static partial void LogRefused(ILogger log, NodeAddress address, string detail);
}
