using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Wakes a thread that waits in <see cref="Epoll"/>.</summary>
/// <remarks>Threads: any may <see cref="Signal"/>; the waiting one clears. Source: eventfd(2).</remarks>
public sealed unsafe class EventFd : IDisposable
{
    private int _descriptor;

    private EventFd(int descriptor)
    {
        _descriptor = descriptor;
    }

    internal int Descriptor => _descriptor;

    /// <summary>Makes one that is not signalled.</summary>
    public static SystemError TryCreate([NotNullWhen(true)] out EventFd? created)
    {
        var descriptor = LibC.EventFd(0, LibC.EventFdNonBlocking | LibC.EventFdCloseOnExec);
        created = descriptor < 0 ? null : new(descriptor);
        return descriptor < 0 ? LibC.LastError : SystemError.None;
    }

    /// <summary>Makes the descriptor readable until it is cleared.</summary>
    [HotPath]
    public void Signal()
    {
        ulong one = 1;
        _ = LibC.Write(_descriptor, &one, sizeof(ulong));
    }

    /// <summary>Makes it unreadable again.</summary>
    [HotPath]
    public void Clear()
    {
        ulong count;
        _ = LibC.Read(_descriptor, &count, sizeof(ulong));
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
}
