using System.Net;
using System.Net.Sockets;
using Edge.Native.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Control.Server.Front;

/// <summary>Takes connections that edges of this machine have accepted and found to be HTTPS.</summary>
/// <remarks>Each is the client's own, handed over as a descriptor: its addresses are what the kernel says, nothing is told
/// about it that would have to be believed, and no other process is on its way.</remarks>
internal sealed partial class FrontListener : IConnectionListener
{
    /// <summary>How long an edge may take from dialling to giving. It does both at once.</summary>
    private static readonly TimeSpan GiveTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Wait after an error of the listener, such as a process without descriptors.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly SocketConnectionContextFactory _connections;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Makes one over a socket that listens, which is its own from now on.</summary>
    public FrontListener(FrontEndPoint endPoint, Socket listener, ILoggerFactory loggers)
    {
        EndPoint = endPoint;
        _listener = listener;
        _log = loggers.CreateLogger<FrontListener>();
        _connections = new SocketConnectionContextFactory(new(), _log);
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(
        CancellationToken cancellationToken = default
    )
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var link = await _listener.AcceptAsync(_stopping.Token);
                if (await TakeAsync(link) is { } socket)
                {
                    return _connections.Create(socket);
                }
            }
            catch (OperationCanceledException)
            {
                // It is unbound, or an edge gave nothing in time: the loop tells which.
            }
            catch (SocketException exception)
            {
                LogFault(_log, exception.SocketErrorCode);
                await Task.Delay(Breath, CancellationToken.None);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _stopping.CancelAsync();
        // This removes the file, too.
        _listener.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _connections.Dispose();
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the connection that an edge gives over a link; null when it gives none that is a client's.</summary>
    private async Task<Socket?> TakeAsync(Socket link)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(GiveTimeout);
        // No bytes: it only waits until there are some.
        _ = await link.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, limit.Token);
        var error = SocketHandOver.Take(link.SafeHandle, out var handle);
        if (error != SystemError.None)
        {
            LogUntaken(_log, error);
        }

        return handle is null ? null : ToClient(handle);
    }

    private Socket? ToClient(SafeSocketHandle handle)
    {
        try
        {
            var socket = new Socket(handle);
            if (socket is { SocketType: SocketType.Stream, RemoteEndPoint: IPEndPoint })
            {
                return socket;
            }

            socket.Dispose();
        }
        catch (SocketException exception)
        {
            // The client has gone meanwhile, or it is no socket at all.
            LogUnusable(_log, exception.SocketErrorCode);
            handle.Dispose();
        }

        return null;
    }
}
