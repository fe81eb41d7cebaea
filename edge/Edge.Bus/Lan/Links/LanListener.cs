using System.Net;
using System.Net.Sockets;

namespace Edge.Bus.Lan.Links;

/// <summary>Takes connections in, on one thread, and passes on those that prove to be of the PoP.</summary>
/// <remarks>However many strangers come, there is one thread, a bounded number of them at a time, a kilobyte each,
/// and the oldest goes when another comes: a peer is through in a few milliseconds.</remarks>
internal sealed class LanListener(Socket socket, LanHub hub)
{
    /// <summary>Most connections that have not proved themselves. Chosen: more than a PoP's processes that all
    /// start at once.</summary>
    internal const int HalfOpenMax = 64;

    /// <summary>Connections that the kernel keeps for later.</summary>
    private const int Backlog = 128;

    /// <summary>Chosen: how late a stop or a deadline may be noticed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(10);

    private readonly List<HalfOpen> _halfOpen = [];
    private readonly List<Socket> _ready = [];
    private volatile bool _isStopped;
    private long _refused;
    private long _evicted;

    /// <summary>Where it listens.</summary>
    internal IPEndPoint Address { get; } = (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Connections that did not prove themselves.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    /// <summary>Those among them that had to make room for others.</summary>
    internal long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Binds an address.</summary>
    internal static SocketError TryBind(IPEndPoint address, out Socket? socket)
    {
        socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(address);
            socket.Listen(Backlog);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            socket = null;
            return error.SocketErrorCode;
        }
    }

    /// <summary>Ends <see cref="Run"/> soon.</summary>
    internal void Stop()
    {
        _isStopped = true;
        try
        {
            // Makes it readable, so that the thread wakes at once.
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Where a listener cannot be shut down, the thread looks soon.
        }
    }

    /// <summary>Takes connections in until stopped.</summary>
    internal void Run()
    {
        while (!_isStopped)
        {
            _ready.Clear();
            _ready.Add(socket);
            foreach (var halfOpen in _halfOpen)
            {
                _ready.Add(halfOpen.Socket);
            }

            Socket.Select(_ready, checkWrite: null, checkError: null, LookEvery);
            if (_ready.Remove(socket) && !_isStopped)
            {
                Accept();
            }

            HandleReady();
        }

        _halfOpen.ForEach(halfOpen => halfOpen.Dispose());
        socket.Dispose();
    }

    private void Accept()
    {
        Socket accepted;
        try
        {
            accepted = socket.Accept();
            accepted.NoDelay = true;

            // Only what is readable is read, and what is written fits: for the case that this is once not so.
            accepted.ReceiveTimeout = accepted.SendTimeout = (int)LookEvery.TotalMilliseconds;
        }
        catch (SocketException)
        {
            // Where it is because there are too many sockets it stays ready: without a pause this would spin.
            Thread.Sleep(PauseAfterError);
            return;
        }

        if (_halfOpen.Count == HalfOpenMax)
        {
            Interlocked.Increment(ref _evicted);
            Refuse(_halfOpen[0]);
            _halfOpen.RemoveAt(0);
        }

        _halfOpen.Add(new(accepted, hub));
    }

    private void HandleReady()
    {
        for (var index = _halfOpen.Count - 1; index >= 0; index--)
        {
            var halfOpen = _halfOpen[index];
            if (_ready.Contains(halfOpen.Socket))
            {
                halfOpen.HandleReadable();
            }

            if (halfOpen.State == HalfOpenState.Proved)
            {
                _halfOpen.RemoveAt(index);
                hub.Roster.Adopt(halfOpen.CreateConnection());
            }
            else if (halfOpen.State == HalfOpenState.Heard)
            {
                _halfOpen.RemoveAt(index);
                halfOpen.Dispose();
            }
            else if (halfOpen.State == HalfOpenState.Refused || halfOpen.IsTooLate)
            {
                _halfOpen.RemoveAt(index);
                Refuse(halfOpen);
            }
        }
    }

    private void Refuse(HalfOpen halfOpen)
    {
        Interlocked.Increment(ref _refused);
        halfOpen.Dispose();
    }
}
