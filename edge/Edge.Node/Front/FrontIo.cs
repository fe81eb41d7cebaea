using System.Diagnostics.CodeAnalysis;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Front;

/// <summary>The front's listeners, and what it waits with.</summary>
/// <remarks>Threads: the front's, but for <see cref="Wake"/>.</remarks>
internal sealed class FrontIo : IDisposable
{
    private readonly Epoll _epoll;
    private readonly EventFd _wake;
    private readonly List<TcpListener> _listeners = [];
    private int _next;

    private FrontIo(Epoll epoll, EventFd wake)
    {
        _epoll = epoll;
        _wake = wake;
    }

    /// <summary>The listeners.</summary>
    public IReadOnlyList<TcpListener> Listeners => _listeners;

    /// <summary>Where it listens.</summary>
    public IEnumerable<NetworkAddress> Listening => _listeners.Select(listener => listener.Local);

    /// <summary>The slots of connections over which more has come.</summary>
    public ReadOnlySpan<int> Ready => _epoll.ReadyConnections;

    /// <summary>Makes one without listeners.</summary>
    public static SystemError TryCreate([NotNullWhen(true)] out FrontIo? io)
    {
        io = null;
        var error = EventFd.TryCreate(out var wake);
        if (error != SystemError.None)
        {
            return error;
        }

        error = Epoll.TryCreate(wake!, out var epoll);
        if (error != SystemError.None)
        {
            wake!.Dispose();
            return error;
        }

        io = new FrontIo(epoll!, wake!);
        return SystemError.None;
    }

    /// <summary>Listens at an address, without taking connections yet.</summary>
    public SystemError TryListen(in NetworkAddress address)
    {
        var error = TcpListener.TryOpen(address, out var listener);
        if (error == SystemError.None)
        {
            Add(listener!);
        }

        return error;
    }

    /// <summary>Listens with a listener that is there, without taking connections yet.</summary>
    public void Add(TcpListener listener) => _listeners.Add(listener);

    /// <summary>Waits for connections, too, from now on. What cannot be watched is asked now and then.</summary>
    public void WatchListeners() => _listeners.ForEach(listener => _epoll.Watch(listener));

    /// <summary>Waits for connections, for bytes of those there are, or for <see cref="Wake"/>.</summary>
    public EpollReady Wait(int timeoutMs) => _epoll.Wait(timeoutMs);

    /// <summary>Ends a wait, this one and every further one. Threads: any.</summary>
    public void Wake() => _wake.Signal();

    /// <summary>Takes a connection that waits at any of the listeners, which take turns.</summary>
    /// <returns>As <see cref="TcpListener.Accept"/>; <see cref="SystemError.WouldBlock"/> when none waits at any.</returns>
    public SystemError Accept([NotNullWhen(true)] out TcpSocket? socket)
    {
        socket = null;
        var error = SystemError.WouldBlock;
        for (var tried = 0; tried < _listeners.Count; tried++)
        {
            error = _listeners[_next].Accept(out socket);
            _next = (_next + 1) % _listeners.Count;
            if (error != SystemError.WouldBlock)
            {
                return error;
            }
        }

        return error;
    }

    /// <summary>Watches for what a connection brings.</summary>
    public SystemError Watch(TcpSocket socket, int slot) => _epoll.WatchArrivals(socket, slot);

    /// <summary>Watches it no more.</summary>
    public SystemError Unwatch(TcpSocket socket) => _epoll.Unwatch(socket);

    /// <summary>Takes no more connections: whoever dials is told at once, or taken by who has the listeners, too.</summary>
    public void CloseListeners()
    {
        foreach (var listener in _listeners)
        {
            _ = _epoll.Unwatch(listener);
            listener.Dispose();
        }

        _listeners.Clear();
        _next = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseListeners();
        _epoll.Dispose();
        _wake.Dispose();
    }
}
