using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Waits for one socket, one <see cref="EventFd"/> and any number of further sockets, level
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
    private int _readyPortCount;
    private int _descriptor;

    private Epoll(int descriptor)
    {
        _descriptor = descriptor;
    }

    /// <summary>The indices of the further sockets that the last wait found ready.</summary>
    public ReadOnlySpan<int> ReadyPorts => _readyPorts.AsSpan(0, _readyPortCount);

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
            !Watch(descriptor, socket.Descriptor, EpollReady.Socket, index: 0)
            || !Watch(descriptor, wake.Descriptor, EpollReady.Event, index: 0)
        )
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
        Watch(_descriptor, socket.Descriptor, EpollReady.Port, index)
            ? SystemError.None
            : LibC.LastError;

    /// <summary>Waits until something is ready or the time is over.</summary>
    /// <param name="timeoutMs">Milliseconds; 0 does not wait, below 0 waits for ever.</param>
    [HotPath]
    public EpollReady Wait(int timeoutMs)
    {
        var ready = EpollReady.None;
        _readyPortCount = 0;
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

    private static bool Watch(int epoll, int descriptor, EpollReady tag, int index)
    {
        Span<byte> interest = stackalloc byte[EntryBytesMax];
        interest.Clear();
        MemoryMarshal.Write(interest, LibC.EpollReadable);
        // The data's first byte in memory: little endian on every machine this runs on.
        interest[DataOffset] = (byte)tag;
        MemoryMarshal.Write(interest[(DataOffset + IndexOffset)..], index);
        fixed (byte* pointer = interest)
        {
            return LibC.EpollControl(epoll, LibC.EpollControlAdd, descriptor, pointer) == 0;
        }
    }
}
