using Microsoft.Extensions.Logging;

namespace Edge.Node.MeshLink;

/// <content>Log messages of the mesh: ids 3300 to 3399.</content>
internal sealed partial class MeshEngine
{
    [LoggerMessage(3300, LogLevel.Error, "A turn of the mesh failed.")]
    private static partial void LogFault(ILogger logger, Exception error);
}
