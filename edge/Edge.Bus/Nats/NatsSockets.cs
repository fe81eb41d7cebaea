using System.Net.Sockets;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>Makes the one socket of a <see cref="NatsLink"/>. The client library makes further ones when it
/// reconnects by itself, which would send what was published meanwhile: here it gets none.</summary>
internal sealed class NatsSockets : INatsSocketConnectionFactory, IDisposable
{
    // Chosen: what the kernel holds for a server that does not read is late, not sent. 256 KiB are 2 Gbit/s
    // to a server of the same PoP, 1 ms away.
    private const int SendBufferBytes = 256 * 1024;

    private NatsSocket? _socket;

    /// <summary>Why there is none, if it failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Connects.</summary>
    public async ValueTask<INatsSocketConnection> ConnectAsync(
        Uri uri,
        NatsOpts opts,
        CancellationToken cancellationToken
    )
    {
        if (_socket is not null)
        {
            throw new InvalidOperationException("There is one connection, and it has ended.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendBufferSize = SendBufferBytes,
        };
        _socket = new(socket);
        try
        {
            await socket.ConnectAsync(uri.IdnHost, uri.Port, cancellationToken);
            return _socket;
        }
        catch (Exception failure)
        {
            Failure = failure;
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Closes it; what was not sent is not sent any more, whoever waits for it.</summary>
    public void Dispose() => _socket?.Abort();
}
