using System.Net.Sockets;

namespace Anycast.Daemon.Processes;

/// <summary>Sockets that an edge has as well. They are never read: while the edge lives, what comes is the edge's, and when it is no
/// more the kernel takes datagrams until the queue is full, and drops the rest without an ICMP message.</summary>
internal sealed class HeldSockets : IDisposable
{
    /// <summary>How many an edge may give: as many as it may have media threads.</summary>
    public const int CountMax = 64;

    private readonly List<SafeSocketHandle> _sockets = [];

    /// <summary>How many there are.</summary>
    public int Count => _sockets.Count;

    /// <summary>Takes one more.</summary>
    public void Add(SafeSocketHandle socket) => _sockets.Add(socket);

    /// <summary>Lets all go.</summary>
    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _sockets.Clear();
    }
}
