using System.Net.Sockets;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>A TCP connection for the client library, which may put TLS on top.</summary>
/// <param name="socket">The socket. Owner: this.</param>
internal sealed class NatsSocket(Socket socket) : INatsTlsUpgradeableSocketConnection
{
    /// <inheritdoc/>
    public Socket Socket => socket;

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) =>
        socket.SendAsync(buffer, SocketFlags.None, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None);

    /// <summary>Closes it by a reset.</summary>
    public void Abort() => socket.Close(timeout: 0);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }
}
