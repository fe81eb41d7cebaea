using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Waits for one socket and one <see cref="EventFd"/>, level triggered.</summary>
/// <remarks>
/// Shape of <c>struct epoll_event</c>: events (4) and data (8), packed to 12 bytes on x86-64 and aligned
/// to 16 elsewhere. Threads: one owner. Source: epoll_wait(2).
/// </remarks>
public sealed unsafe class Epoll : IDisposable
{
    private const int EntriesMax = 2;
    private const int EntryBytesMax = 16;

    private static readonly int EntryBytes =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : EntryBytesMax;

    private static readonly int DataOffset = EntryBytes - sizeof(ulong);

    private readonly byte[] _ready = GC.AllocateArray<byte>(
        EntriesMax * EntryBytesMax,
        pinned: true
    );
    private int _descriptor;

    private Epoll(int descriptor)
    {
        _descriptor = descriptor;
    }

    /// <summary>Makes one that watches both.</summary>
    public static SystemError TryCreate(
        UdpSocket socket,
        EventFd wake,
        [NotNullWhen(true)] out Epoll? created
    )
    {
        created = null;
        var descriptor = LibC.EpollCreate(LibC.EpollCloseOnExec);
        if (descriptor < 0)
        {
            return LibC.LastError;
        }

        if (
            !Watch(descriptor, socket.Descriptor, EpollReady.Socket)
            || !Watch(descriptor, wake.Descriptor, EpollReady.Event)
        )
        {
            var error = LibC.LastError;
            _ = LibC.Close(descriptor);
            return error;
        }

        created = new(descriptor);
        return SystemError.None;
    }

    /// <summary>Waits until something is ready or the time is over.</summary>
    /// <param name="timeoutMs">Milliseconds; 0 does not wait, below 0 waits for ever.</param>
    [HotPath]
    public EpollReady Wait(int timeoutMs)
    {
        var ready = EpollReady.None;
        fixed (byte* entries = _ready)
        {
            var count = LibC.EpollWait(_descriptor, entries, EntriesMax, timeoutMs);
            for (var index = 0; index < count; index++)
            {
                ready |= (EpollReady)entries[(index * EntryBytes) + DataOffset];
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

    private static bool Watch(int epoll, int descriptor, EpollReady tag)
    {
        Span<byte> interest = stackalloc byte[EntryBytesMax];
        interest.Clear();
        MemoryMarshal.Write(interest, LibC.EpollReadable);
        // The data's first byte in memory: little endian on every machine this runs on.
        interest[DataOffset] = (byte)tag;
        fixed (byte* pointer = interest)
        {
            return LibC.EpollControl(epoll, LibC.EpollControlAdd, descriptor, pointer) == 0;
        }
    }
}
