using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Waits for one <see cref="EventFd"/>, a socket and any number of further sockets and connections,
/// level triggered; and for listeners, and connections of which only the beginning is looked at, edge
/// triggered.</summary>
/// <remarks>
/// Shape of <c>struct epoll_event</c>: events (4) and data (8), packed to 12 bytes on x86-64 and aligned
/// to 16 elsewhere. Threads: one owner. Source: epoll_wait(2).
/// </remarks>
public sealed unsafe class Epoll : IDisposable
{
    /// <summary>What one wait tells at most; the kernel takes turns with what is left over (epoll(7)).</summary>
    private const int EntriesMax = 16;
    private const int EntryBytesMax = 16;

    /// <summary>Where the data has a further socket's index, behind its first byte.</summary>
    private const int IndexOffset = sizeof(int);

    private static readonly int EntryBytes =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : EntryBytesMax;

    private static readonly int DataOffset = EntryBytes - sizeof(ulong);

    private readonly byte[] _ready = GC.AllocateArray<byte>(
        EntriesMax * EntryBytesMax,
        pinned: true
    );
    private readonly int[] _readyPorts = new int[EntriesMax];
    private readonly int[] _readyConnections = new int[EntriesMax];
    private int _readyPortCount;
    private int _readyConnectionCount;
    private int _descriptor;

    private Epoll(int descriptor)
    {
        _descriptor = descriptor;
    }

    /// <summary>The indices of the further sockets that the last wait found ready.</summary>
    public ReadOnlySpan<int> ReadyPorts => _readyPorts.AsSpan(0, _readyPortCount);

    /// <summary>The indices of the connections that the last wait found ready.</summary>
    public ReadOnlySpan<int> ReadyConnections => _readyConnections.AsSpan(0, _readyConnectionCount);

    /// <summary>Makes one that watches both.</summary>
    public static SystemError TryCreate(
        UdpSocket socket,
        EventFd wake,
        [NotNullWhen(true)] out Epoll? created
    )
    {
        var error = TryCreate(wake, out created);
        if (
            created is null
            || Add(
                created._descriptor,
                socket.Descriptor,
                LibC.EpollReadable,
                EpollReady.Socket,
                index: 0
            )
        )
        {
            return error;
        }

        error = LibC.LastError;
        created.Dispose();
        created = null;
        return error;
    }

    /// <summary>Makes one that watches for a wake alone.</summary>
    public static SystemError TryCreate(EventFd wake, [NotNullWhen(true)] out Epoll? created)
    {
        created = null;
        var descriptor = LibC.EpollCreate(LibC.EpollCloseOnExec);
        if (descriptor < 0)
        {
            return LibC.LastError;
        }

        if (!Add(descriptor, wake.Descriptor, LibC.EpollReadable, EpollReady.Event, index: 0))
        {
            var error = LibC.LastError;
            _ = LibC.Close(descriptor);
            return error;
        }

        created = new(descriptor);
        return SystemError.None;
    }

    /// <summary>Watches a further socket, until it is closed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="index">What <see cref="ReadyPorts"/> calls it.</param>
    public SystemError Watch(UdpSocket socket, int index) =>
        ToError(Add(_descriptor, socket.Descriptor, LibC.EpollReadable, EpollReady.Port, index));

    /// <summary>Watches a listener, until it is closed. Edge triggered: where nothing more can be accepted
    /// for want of descriptors, a level would keep its owner spinning.</summary>
    public SystemError Watch(TcpListener listener) =>
        ToError(
            Add(
                _descriptor,
                listener.Descriptor,
                LibC.EpollReadable | LibC.EpollEdge,
                EpollReady.Listener,
                index: 0
            )
        );

    /// <summary>Watches a listener no more that another process has, too: closing it here would not end that.</summary>
    public SystemError Unwatch(TcpListener listener) => Unwatch(listener.Descriptor);

    /// <summary>Watches for what a connection brings, until it is closed.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="index">What <see cref="ReadyConnections"/> calls it.</param>
    public SystemError Watch(TcpSocket socket, int index) =>
        ToError(
            Add(_descriptor, socket.Descriptor, LibC.EpollReadable, EpollReady.Connection, index)
        );

    /// <summary>Tells each time that more has come over a connection, whether or not what came before was read.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="index">What <see cref="ReadyConnections"/> calls it.</param>
    public SystemError WatchArrivals(TcpSocket socket, int index) =>
        ToError(
            Add(
                _descriptor,
                socket.Descriptor,
                LibC.EpollReadable | LibC.EpollEdge,
                EpollReady.Connection,
                index
            )
        );

    /// <summary>Watches a connection no more. Whoever gives it to another process must say so: there it is open when the
    /// descriptor here is closed, and so would be the watch (epoll(7)).</summary>
    public SystemError Unwatch(TcpSocket socket) => Unwatch(socket.Descriptor);

    /// <summary>Watches a connection for room to send as well.</summary>
    [HotPath]
    public SystemError AwaitRoom(TcpSocket socket, int index) =>
        Change(socket, index, LibC.EpollReadable | LibC.EpollWritable);

    /// <summary>Watches a connection no more for room.</summary>
    [HotPath]
    public SystemError AwaitNoRoom(TcpSocket socket, int index) =>
        Change(socket, index, LibC.EpollReadable);

    /// <summary>Waits until something is ready or the time is over.</summary>
    /// <param name="timeoutMs">Milliseconds; 0 does not wait, below 0 waits for ever.</param>
    [HotPath]
    public EpollReady Wait(int timeoutMs)
    {
        var ready = EpollReady.None;
        _readyPortCount = 0;
        _readyConnectionCount = 0;
        fixed (byte* entries = _ready)
        {
            var count = LibC.EpollWait(_descriptor, entries, EntriesMax, timeoutMs);
            for (var index = 0; index < count; index++)
            {
                var data = entries + (index * EntryBytes) + DataOffset;
                var kind = (EpollReady)data[0];
                ready |= kind;
                if (kind == EpollReady.Port)
                {
                    _readyPorts[_readyPortCount++] = *(int*)(data + IndexOffset);
                }
                else if (kind == EpollReady.Connection)
                {
                    _readyConnections[_readyConnectionCount++] = *(int*)(data + IndexOffset);
                }
            }
        }

        return ready;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
        }
    }

    private SystemError Unwatch(int descriptor) =>
        ToError(
            Control(
                _descriptor,
                LibC.EpollControlDelete,
                descriptor,
                interest: 0,
                EpollReady.None,
                index: 0
            )
        );

    private static SystemError ToError(bool isDone) => isDone ? SystemError.None : LibC.LastError;

    private SystemError Change(TcpSocket socket, int index, uint interest) =>
        ToError(
            Control(
                _descriptor,
                LibC.EpollControlModify,
                socket.Descriptor,
                interest,
                EpollReady.Connection,
                index
            )
        );

    private static bool Add(int epoll, int descriptor, uint interest, EpollReady tag, int index) =>
        Control(epoll, LibC.EpollControlAdd, descriptor, interest, tag, index);

    private static bool Control(
        int epoll,
        int operation,
        int descriptor,
        uint interest,
        EpollReady tag,
        int index
    )
    {
        Span<byte> entry = stackalloc byte[EntryBytesMax];
        entry.Clear();
        MemoryMarshal.Write(entry, interest);
        // The data's first byte in memory: little endian on every machine this runs on.
        entry[DataOffset] = (byte)tag;
        MemoryMarshal.Write(entry[(DataOffset + IndexOffset)..], index);
        fixed (byte* pointer = entry)
        {
            return LibC.EpollControl(epoll, operation, descriptor, pointer) == 0;
        }
    }
}
