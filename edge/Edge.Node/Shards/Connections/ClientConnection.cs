using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards.Connections;

/// <summary>A TCP connection that a client dialled: a flow, like the address of a datagram.</summary>
/// <remarks>Owner: its socket, the bytes of a frame that has not come whole, what waits to be sent.
/// Threads: the shard's.</remarks>
internal sealed class ClientConnection
{
    /// <summary>Makes a connection that nobody has authenticated yet.</summary>
    public ClientConnection(TcpSocket socket, uint number, PacketPool[] pools, Instant now)
    {
        Socket = socket;
        Remote = socket.Remote.OnConnection(number);
        AcceptedAt = now;
        HeardAt = now;
        Queue = new FrameQueue(pools);
    }

    /// <summary>The socket.</summary>
    public TcpSocket Socket { get; }

    /// <summary>The client's address, with the number of the connection.</summary>
    public NetworkAddress Remote { get; }

    /// <summary>Its place in the shard's table.</summary>
    public int Slot => ConnectionNumber.SlotOf(Remote.Connection);

    /// <summary>When it was accepted.</summary>
    public Instant AcceptedAt { get; }

    /// <summary>When anything last came.</summary>
    public Instant HeardAt { get; set; }

    /// <summary>Whether a session has answered on it: then a check was authentic.</summary>
    public bool IsEstablished { get; set; }

    /// <summary>Whether it is in the table.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether it waits for room, and epoll was asked to say when there is some.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Whether it is among those to be sent on at the end of the turn.</summary>
    public bool IsDue { get; set; }

    /// <summary>The session that the last packet was for; null before one named any.</summary>
    public Session? Session { get; set; }

    /// <summary>What came before another process gave the connection; null once it is read here.</summary>
    public ReadOnlyMemory<byte>? Brought { get; set; }

    /// <summary>What waits to be sent.</summary>
    public FrameQueue Queue { get; }

    /// <summary>The slot with the beginning of a frame; none while nothing is left over.</summary>
    public PacketHandle Kept { get; set; }

    /// <summary>Bytes in <see cref="Kept"/>.</summary>
    public int KeptBytes { get; set; }
}
