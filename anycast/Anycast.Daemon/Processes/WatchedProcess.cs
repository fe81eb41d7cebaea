using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Anycast.Daemon.Processes;

/// <summary>A process, and what it has given.</summary>
/// <param name="Process">Itself.</param>
/// <param name="Link">Its connection, which is open while it lives: by that it knows that it is watched.</param>
/// <param name="Media">Its media sockets; none where siblings share the port.</param>
internal sealed record WatchedProcess(PidFd Process, Socket Link, HeldSockets Media) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        Link.Dispose();
        Media.Dispose();
    }
}
