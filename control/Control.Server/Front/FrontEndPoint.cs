using System.Net;

namespace Control.Server.Front;

/// <summary>The socket at which edges of this machine give connections that are HTTPS (EDGE_FRONT_SOCKET).</summary>
/// <param name="path">Its path.</param>
internal sealed class FrontEndPoint(string path) : EndPoint
{
    /// <summary>Its path.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public override string ToString() => $"front:{Path}";
}
