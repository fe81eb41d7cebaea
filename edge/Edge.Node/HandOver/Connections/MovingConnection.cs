using Edge.Native.Sockets;

namespace Edge.Node.HandOver.Connections;

/// <summary>A client's TCP connection between two owners: nobody reads or writes it, so that its stream goes on exactly.</summary>
/// <remarks>Owner: the socket, until <see cref="Dispose"/>. Threads: one at a time.</remarks>
/// <param name="token">What the letter of its session calls it.</param>
/// <param name="socket">The socket, watched by nobody.</param>
/// <param name="arrived">What was read of it and nobody has seen: whole frames, then the beginning of one.</param>
/// <param name="unsent">What has to be sent before anything else: the rest of a frame, then whole ones.</param>
internal sealed class MovingConnection(
    UInt128 token,
    TcpSocket socket,
    ReadOnlyMemory<byte> arrived,
    ReadOnlyMemory<byte> unsent
) : IDisposable
{
    /// <summary>Most bytes of <see cref="Arrived"/>, and of <see cref="Unsent"/>. Chosen: more than the datagrams that are held
    /// of a session, or the frames that may wait for a connection, have.</summary>
    public const int BytesMax = 512 * 1024;

    /// <summary>What the letter of its session calls it. Secret: who knows it could give another connection for it.</summary>
    public UInt128 Token => token;

    /// <summary>The socket.</summary>
    public TcpSocket Socket => socket;

    /// <summary>What was read of it and nobody has seen.</summary>
    public ReadOnlyMemory<byte> Arrived => arrived;

    /// <summary>What has to be sent before anything else.</summary>
    public ReadOnlyMemory<byte> Unsent => unsent;

    /// <summary>What its owner has to keep of it, beside the socket.</summary>
    public int Bytes => arrived.Length + unsent.Length;

    /// <summary>Ends it, for whoever was given it, too: its client dials again.</summary>
    public void End()
    {
        socket.ShutDown();
        Dispose();
    }

    /// <summary>Closes it here; who was given it has it still.</summary>
    public void Dispose() => socket.Dispose();
}
