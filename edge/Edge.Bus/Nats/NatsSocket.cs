using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>A connection to a server, under the client library, with a thread of its own that reads.</summary>
/// <remarks>
/// The library reads and writes through this what it has to say: its handshake, subscriptions, pings. Messages
/// are written past it (<see cref="Write"/>), between its lines, so that they wait in no buffer but the outbox's,
/// and nothing runs on the pool: at a thousand messages a second its threads cost more by waking than all
/// the rest. Reads block on the thread, and what the library does with the bytes runs there too. TLS is made here
/// as well, before the library says anything. Threads: one reads, any write.
/// </remarks>
internal sealed class NatsSocket : INatsSocketConnection, IValueTaskSource<int>
{
    // Chosen: what the kernel holds for a server that does not read is late, not sent. 256 KiB are 2 Gbit/s
    // to a server of the same PoP, 1 ms away. Of twice that, which the kernel makes of it, a writable socket has a third
    // free (Linux, tcp(7)).
    private const int SendBufferBytes = 256 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource _connected = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly object _reading = new();
    private readonly object _writing = new();
    private readonly Thread _reader;
    private readonly Uri _url;
    private readonly SslClientAuthenticationOptions? _tls;
    private ManualResetValueTaskSourceCore<int> _received;
    private Stream? _stream;
    private ReadOnlyMemory<byte> _hello;
    private Memory<byte>? _wanted;
    private NatsLines _lines;
    private bool _isAborted;

    /// <summary>Describes a connection.</summary>
    /// <param name="url">The server.</param>
    /// <param name="tls">How to speak TLS; null for not at all.</param>
    /// <param name="name">Of the thread.</param>
    public NatsSocket(Uri url, SslClientAuthenticationOptions? tls, string name)
    {
        _url = url;
        _tls = tls;
        _reader = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>Connects, up to and including TLS.</summary>
    /// <exception cref="IOException">It failed, as with SocketException and AuthenticationException.</exception>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(_ => Abort(), null);
        _reader.Start();
        await _connected.Task.WaitAsync(cancellation);
    }

    /// <summary>Writes whole frames, between what the library writes. Waits while the server does not read.</summary>
    /// <exception cref="IOException">The connection is lost, as with SocketException.</exception>
    public void Write(ReadOnlySpan<byte> frames)
    {
        lock (_writing)
        {
            while (!_lines.IsAtLineStart && !_isAborted)
            {
                Monitor.Wait(_writing);
            }

            _stream!.Write(frames);
        }
    }

    /// <summary>Keeps the library from writing until <see cref="Exit"/>, unless it writes just now, has subscriptions still to
    /// write, or the network is full: what is written then, of at most 64 KiB, does not wait.</summary>
    /// <param name="subscriptions">How many subscriptions come before.</param>
    /// <exception cref="ObjectDisposedException">It is closed, as with SocketException.</exception>
    public bool TryEnter(long subscriptions)
    {
        if (!Monitor.TryEnter(_writing))
        {
            return false;
        }

        var mayWrite = false;
        try
        {
            mayWrite =
                _lines.IsAtLineStart
                && _lines.Subscriptions >= subscriptions
                && _socket.Poll(0, SelectMode.SelectWrite);
        }
        finally
        {
            // Also when it is closed just now: whoever closes it waits for this.
            if (!mayWrite)
            {
                Monitor.Exit(_writing);
            }
        }

        return mayWrite;
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Exit() => Monitor.Exit(_writing);

    /// <summary>Waits until the library has written a number of subscriptions since the beginning.</summary>
    public void AwaitSubscriptions(long count)
    {
        lock (_writing)
        {
            while (_lines.Subscriptions < count && !_isAborted)
            {
                Monitor.Wait(_writing);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        lock (_writing)
        {
            _stream!.Write(buffer.Span);
            _lines.Note(buffer.Span);
            Monitor.PulseAll(_writing);
        }

        return ValueTask.FromResult(buffer.Length);
    }

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        lock (_reading)
        {
            ObjectDisposedException.ThrowIf(_isAborted, this);
            _received.Reset();
            _wanted = buffer;
            Monitor.Pulse(_reading);
            return new(this, _received.Version);
        }
    }

    /// <summary>Closes it by a reset: what was not sent is not sent any more, and nobody waits any longer.</summary>
    public void Abort()
    {
        _socket.Close(timeout: 0);
        lock (_reading)
        {
            _isAborted = true;
            Monitor.PulseAll(_reading);
        }

        lock (_writing)
        {
            Monitor.PulseAll(_writing);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }

    int IValueTaskSource<int>.GetResult(short token) => _received.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) =>
        _received.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _received.OnCompleted(continuation, state, token, flags);

    private void Run()
    {
        try
        {
            Connect();
        }
        catch (Exception failure) // It is the caller's of ConnectAsync.
        {
            _connected.SetException(failure);
            return;
        }

        _connected.SetResult();
        while (TryAwaitWanted(out var buffer))
        {
            int length;
            try
            {
                length = Read(buffer.Span);
            }
            catch (Exception failure) // It is the library's.
            {
                _received.SetException(failure);
                continue;
            }

            _received.SetResult(length);
        }

        _stream!.Dispose();
    }

    private void Connect()
    {
        // In any order: an address that swallows everything costs one attempt, not all of them.
        var addresses = Dns.GetHostAddresses(_url.IdnHost);
        Random.Shared.Shuffle(addresses);
        // Not asynchronously: a socket that was used so once is never read without the pool again.
        _socket.Connect(addresses, _url.Port);
        _socket.NoDelay = true;
        _socket.SendBufferSize = SendBufferBytes;
        var stream = new NetworkStream(_socket, ownsSocket: true);
        _hello = NatsHello.Read(stream, _tls is not null);
        _stream = stream;
        if (_tls is not null)
        {
            var encrypted = new SslStream(stream);
            encrypted.AuthenticateAsClient(_tls);
            _stream = encrypted;
        }
    }

    private bool TryAwaitWanted(out Memory<byte> buffer)
    {
        lock (_reading)
        {
            while (_wanted is null && !_isAborted)
            {
                Monitor.Wait(_reading);
            }

            buffer = _wanted ?? default;
            var isWanted = _wanted is not null;
            _wanted = null;
            return isWanted;
        }
    }

    private int Read(Span<byte> buffer)
    {
        if (_hello.IsEmpty)
        {
            return _stream!.Read(buffer);
        }

        var length = Math.Min(_hello.Length, buffer.Length);
        _hello.Span[..length].CopyTo(buffer);
        _hello = _hello[length..];
        return length;
    }
}
