using System.Net;
using System.Net.Sockets;

namespace Edge.Processes;

/// <summary>A port of loopback that leads to another one, as long as a test lets it: a network that fails.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Chosen: some packets of a link.</summary>
    private const int PacketBytes = 8 * 1024;

    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private TaskCompletionSource _flowing = new();
    private Socket? _listener;
    private long _bytesToTarget;
    private long _bytesFromTarget;
    private long _bytesPerSecond;

    private TcpGate(int target)
    {
        _target = new IPEndPoint(IPAddress.Loopback, target);
        Port = FreePorts.Tcp();
        _flowing.SetResult();
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Bytes that it has brought to where it leads.</summary>
    public long BytesToTarget => Interlocked.Read(ref _bytesToTarget);

    /// <summary>Bytes that came from there.</summary>
    public long BytesFromTarget => Interlocked.Read(ref _bytesFromTarget);

    /// <summary>Opens one.</summary>
    /// <param name="target">The port of loopback that it leads to.</param>
    public static TcpGate Open(int target)
    {
        var gate = new TcpGate(target);
        gate.Heal();
        return gate;
    }

    /// <summary>Closes all connections, and refuses others.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var socket in _sockets)
            {
                // A reset: what is on the way is lost.
                socket.Close(timeout: 0);
            }

            _sockets.Clear();
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Heal()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen();
        lock (_lock)
        {
            _listener = listener;
        }

        _ = AcceptAsync(listener);
    }

    /// <summary>Lets nothing through, in either direction, and leaves the connections as they are.</summary>
    public void Stall() => _flowing = new TaskCompletionSource();

    /// <summary>Lets everything through again.</summary>
    public void Resume() => _flowing.TrySetResult();

    /// <summary>Lets only so much through of each connection and direction, and what comes faster waits where it comes
    /// from: a link that is too slow.</summary>
    /// <param name="bytesPerSecond">How much; 0 for anything.</param>
    public void Limit(long bytesPerSecond) =>
        Interlocked.Exchange(ref _bytesPerSecond, bytesPerSecond);

    /// <summary>Closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Cut();
        _ended.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_ended.Token);
                var server = new Socket(
                    AddressFamily.InterNetwork,
                    SocketType.Stream,
                    ProtocolType.Tcp
                );
                client.NoDelay = server.NoDelay = true;
                lock (_lock)
                {
                    if (_listener != listener)
                    {
                        // It came just before the cut.
                        client.Close(timeout: 0);
                        server.Dispose();
                        return;
                    }

                    _sockets.AddRange([client, server]);
                }

                _ = ConnectAsync(client, server);
            }
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or ObjectDisposedException
                        or OperationCanceledException
            )
        {
            listener.Dispose(); // It was cut.
        }
    }

    private async Task ConnectAsync(Socket client, Socket server)
    {
        try
        {
            await server.ConnectAsync(_target, _ended.Token);
            Task[] ways =
            [
                CopyAsync(client, server, bytes => Interlocked.Add(ref _bytesToTarget, bytes)),
                CopyAsync(server, client, bytes => Interlocked.Add(ref _bytesFromTarget, bytes)),
            ];
            // One that breaks takes the other along; one that ends leaves it, for there may be an answer.
            await await Task.WhenAny(ways);
            await Task.WhenAll(ways);
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or ObjectDisposedException
                        or OperationCanceledException
            )
        {
            // One end has gone: the other goes too.
        }
        finally
        {
            client.Close(timeout: 0);
            server.Close(timeout: 0);
            lock (_lock)
            {
                _sockets.RemoveAll(socket => socket == client || socket == server);
            }
        }
    }

    /// <summary>What passes at once: on a slow link little, so that it comes evenly.</summary>
    private int PartBytesMax() =>
        Interlocked.Read(ref _bytesPerSecond) == 0 ? BufferBytes : PacketBytes;

    /// <summary>Waits as long as bytes take on their way over the link.</summary>
    private async Task CarryAsync(int bytes)
    {
        var rate = Interlocked.Read(ref _bytesPerSecond);
        if (rate > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)bytes / rate), _ended.Token);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Action<int> count)
    {
        var buffer = new byte[BufferBytes];
        while (await from.ReceiveAsync(buffer, _ended.Token) is var length and > 0)
        {
            await _flowing.Task.WaitAsync(_ended.Token);
            for (var sent = 0; sent < length; )
            {
                var part = Math.Min(length - sent, PartBytesMax());
                await CarryAsync(part);
                sent += await to.SendAsync(buffer.AsMemory(sent, part), _ended.Token);
            }

            count(length);
        }

        // What came before the end arrives before it.
        await _flowing.Task.WaitAsync(_ended.Token);
        to.Shutdown(SocketShutdown.Send);
    }
}
