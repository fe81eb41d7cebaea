using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>A shard's socket with its batches: datagrams come straight into pool slots and leave from
/// send slots, a batch a system call.</summary>
/// <remarks>Threads: the shard's, but for <see cref="Wake"/>.</remarks>
internal sealed partial class ShardIo : IDisposable
{
    /// <summary>The port that all clients' sessions share, where one of a session's own could be meant.</summary>
    public const int SharedPort = -1;

    /// <summary>Room for sockets of sessions' own from the start; it doubles.</summary>
    private const int PortsUsual = 4;

    private readonly UdpSocket _socket;
    private readonly EventFd _wake;
    private readonly Epoll _epoll;
    private readonly PacketPool _pool;
    private readonly ReceiveBatch _receive = new(takesMerged: true);
    private readonly SendBatch _send = new();
    private readonly NodeClock _clock;
    private readonly ArrivalClock _arrivals = new();
    private readonly PacketHandle[] _lent;
    private readonly byte _shard;
    private UdpSocket?[] _ports = new UdpSocket?[PortsUsual];
    private UdpSocket _receiving;
    private UdpSocket _sending;
    private int _lentCount;
    private int _portCount;

    private ShardIo(
        UdpSocket socket,
        EventFd wake,
        Epoll epoll,
        PacketPool pool,
        NodeClock clock,
        byte shard
    )
    {
        _clock = clock;
        _socket = socket;
        _receiving = socket;
        _sending = socket;
        _wake = wake;
        _epoll = epoll;
        _pool = pool;
        _shard = shard;
        _lent = new PacketHandle[_receive.Capacity];
    }

    /// <summary>The bound address.</summary>
    public NetworkAddress Local => _socket.Local;

    /// <summary>Gives the shared port's socket to the process at the other end of a link; it stays this one's. Threads: any, while
    /// this is not disposed.</summary>
    public SystemError GiveTo(SafeSocketHandle link) => SocketHandOver.Give(link, _socket);

    /// <summary>Whether datagrams must leave from the address their peer sends to.</summary>
    public bool UsesLocalAddress => _socket.ReportsLocalAddress;

    /// <summary>Datagrams handed to the kernel.</summary>
    public long SentCount { get; private set; }

    /// <summary>Messages in which they were: what the kernel cuts counts once.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Datagrams the kernel refused or had no room for.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>Most datagrams of one <see cref="Receive"/>.</summary>
    public int BatchCapacity => _lent.Length;

    /// <summary>Whether fewer slots are lent than a batch takes, because the pool had none.</summary>
    public bool IsShort => _lentCount < _lent.Length;

    /// <summary>Whether no slot is left to receive into.</summary>
    public bool IsStarved => _lentCount == 0;

    /// <summary>Whether sessions have ports of their own.</summary>
    public bool HasPorts => _portCount > 0;

    /// <summary>The ports of sessions' own that the last wait found ready.</summary>
    public ReadOnlySpan<int> ReadyPorts => _epoll.ReadyPorts;

    /// <summary>Opens the socket and what waits for it.</summary>
    public static SystemError TryOpen(
        UdpSocketOptions options,
        PacketPool pool,
        NodeClock clock,
        byte shard,
        [NotNullWhen(true)] out ShardIo? io
    )
    {
        io = null;
        var error = UdpSocket.TryOpen(
            options with
            {
                StampsArrivals = true,
                MergesArrivals = true,
            },
            out var socket
        );
        if (error != SystemError.None)
        {
            return error;
        }

        error = EventFd.TryCreate(out var wake);
        if (error != SystemError.None)
        {
            socket!.Dispose();
            return error;
        }

        error = Epoll.TryCreate(socket!, wake!, out var epoll);
        if (error != SystemError.None)
        {
            socket!.Dispose();
            wake!.Dispose();
            return error;
        }

        io = new(socket!, wake!, epoll!, pool, clock, shard);
        return SystemError.None;
    }

    /// <summary>Waits for datagrams or for <see cref="Wake"/>.</summary>
    [HotPath]
    public EpollReady Wait(int timeoutMs)
    {
        var ready = _epoll.Wait(timeoutMs);
        if ((ready & EpollReady.Event) != EpollReady.None)
        {
            _wake.Clear();
        }

        return ready;
    }

    /// <summary>Ends a <see cref="Wait"/> of the shard. Threads: any.</summary>
    [HotPath]
    public void Wake() => _wake.Signal();

    /// <summary>Takes over the socket of a session's own port; <see cref="SharedPort"/> when the kernel
    /// refuses to watch it, and then it stays the caller's.</summary>
    public int OpenPort(UdpSocket socket)
    {
        var port = Array.IndexOf(_ports, null);
        if (port < 0)
        {
            port = _ports.Length;
            Array.Resize(ref _ports, 2 * port);
        }

        if (_epoll.Watch(socket, port) != SystemError.None)
        {
            return SharedPort;
        }

        _ports[port] = socket;
        _portCount++;
        return port;
    }

    /// <summary>Closes a session's own port, after what was committed to it is sent.</summary>
    public void ClosePort(int port)
    {
        SendFrom(SharedPort);
        _ports[port]!.Dispose();
        _ports[port] = null;
        _portCount--;
    }

    /// <summary>Sends from a port from now on; what was committed for another one leaves first.</summary>
    [HotPath]
    public void SendFrom(int port)
    {
        var socket = port == SharedPort ? _socket : _ports[port]!;
        if (!ReferenceEquals(socket, _sending))
        {
            Flush();
            _sending = socket;
        }
    }

    /// <summary>Receives a batch from a port; returns how many datagrams came.</summary>
    [HotPath]
    public int Receive(int port, Instant now)
    {
        _receiving = port == SharedPort ? _socket : _ports[port]!;
        if (_arrivals.IsDue(now))
        {
            _arrivals.Anchor(_clock.WallAtZero(), now);
        }

        while (_lentCount < _lent.Length && _pool.TryRent(out var handle))
        {
            _receive.Lend(_lentCount, _pool.Slot(handle));
            _lent[_lentCount++] = handle;
        }

        _receive.Limit(_lentCount);
        return _lentCount == 0 ? 0 : _receiving.Receive(_receive);
    }

    /// <summary>One of the datagrams of the last <see cref="Receive"/>, each once and in order; length 0
    /// when it was too long. The claim stays here unless <see cref="Give"/> is called.</summary>
    [HotPath]
    public Arrival Received(int index, Instant now) =>
        new(
            _receive.Source(index),
            _receiving.ReportsLocalAddress
                ? _receive.LocalAddress(index, _receiving.Local.Port)
                : default,
            _lent[index],
            unchecked((ushort)_receive.Length(index)),
            _arrivals.Read(_receive.ArrivedAt(index), now),
            _shard
        );

    /// <summary>How many datagrams a received message is: the kernel merges those of one flow that came together. All but
    /// the first are to be taken out by <see cref="TryTakeOut"/> before the first is looked at.</summary>
    [HotPath]
    public int Segments(int index) => _receive.Segments(index);

    /// <summary>Copies one of a message's datagrams into a slot of its own; false without a slot.</summary>
    /// <param name="first">The message's first datagram.</param>
    /// <param name="index">The message.</param>
    /// <param name="segment">Which of its datagrams; not the first.</param>
    /// <param name="taken">The datagram; the claim on its slot is the caller's.</param>
    [HotPath]
    public bool TryTakeOut(in Arrival first, int index, int segment, out Arrival taken)
    {
        taken = default;
        if (!_pool.TryRent(out var handle))
        {
            return false;
        }

        _receive.CopySegment(index, segment, _pool.Slot(handle));
        taken = first with
        {
            Handle = handle,
            Length = unchecked((ushort)_receive.SegmentLength(index, segment)),
        };
        return true;
    }

    /// <summary>Notes that the claim on a received slot went to somebody else: another slot is lent
    /// for it once the whole batch was looked at.</summary>
    [HotPath]
    public void Give(int index) => _lent[index] = PacketHandle.None;

    /// <summary>Ends the look at a batch: lends other slots in place of those given away.</summary>
    [HotPath]
    public void Refill()
    {
        for (var index = 0; index < _lentCount; index++)
        {
            if (!_lent[index].IsNone)
            {
                continue;
            }

            if (!_pool.TryRent(out var handle))
            {
                // Out of slots: the last one fills the gap, and fewer are received next time.
                handle = _lent[--_lentCount];
                _lent[_lentCount] = PacketHandle.None;
                if (handle.IsNone)
                {
                    index--;
                    continue;
                }
            }

            if (index < _lentCount)
            {
                _lent[index] = handle;
                _receive.Lend(index, _pool.Slot(handle));
            }
        }
    }

    /// <summary>Where the next datagram to send is written; sends the batch first when it is full.</summary>
    [HotPath]
    public Span<byte> NextSlot()
    {
        if (_send.IsFull)
        {
            Flush();
        }

        if (_send.Count == 0)
        {
            _send.GroupsSegments = _sending.CanSegment;
        }

        return _send.NextSlot();
    }

    /// <summary>Takes what was written into <see cref="NextSlot"/>.</summary>
    [HotPath]
    public void Commit(int length, in NetworkAddress destination, in NetworkAddress local) =>
        _send.Commit(length, destination, local);

    /// <summary>Sends what waits.</summary>
    [HotPath]
    public void Flush()
    {
        if (_send.Count > 0)
        {
            MessageCount += _send.MessageCount;
            SentCount += _sending.Send(_send);
            RefusedCount += _send.RefusedCount;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var index = 0; index < _lentCount; index++)
        {
            _pool.Release(_lent[index]);
        }

        _lentCount = 0;
        _epoll.Dispose();
        _wake.Dispose();
        _socket.Dispose();
        _listener?.Dispose();
        foreach (var port in _ports)
        {
            port?.Dispose();
        }
    }
}
