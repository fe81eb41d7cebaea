using Microsoft.Extensions.Logging;

namespace Edge.Node.MeshLink;

/// <content>Log messages of the mesh: ids 3300 to 3399.</content>
internal sealed partial class MeshEngine
{
    [LoggerMessage(3300, LogLevel.Error, "A turn of the mesh failed.")]
    private static partial void LogFault(ILogger logger, Exception error);

    [LoggerMessage(
        3301,
        LogLevel.Warning,
        "The ways from {Nodes} nodes of other PoPs carry less than is watched of them; layers are left out. Look at the link between the NATS servers."
    )]
    private static partial void LogShortPaths(ILogger logger, int nodes);

    [LoggerMessage(
        3302,
        LogLevel.Information,
        "The ways from other PoPs carry all that is watched."
    )]
    private static partial void LogWidePaths(ILogger logger);
}
