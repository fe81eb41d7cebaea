using System.Diagnostics.CodeAnalysis;

namespace Edge.Native.Sockets;

/// <summary>Another process of the machine, for as long as this is open: its number may be another's by then, this never is.</summary>
/// <remarks>Threads: any; who disposes it sees to it that nobody else uses it. Source: pidfd_open(2); readable when the process
/// has ended.</remarks>
public sealed unsafe class PidFd : IDisposable
{
    /// <summary>How many one wait looks at. Chosen: more edges than a machine has any use for.</summary>
    public const int WaitedMax = 64;

    private int _descriptor;

    private PidFd(int descriptor, int process)
    {
        _descriptor = descriptor;
        Process = process;
    }

    /// <summary>Its number.</summary>
    public int Process { get; }

    /// <summary>Whether it has ended; its parent need not have taken note.</summary>
    public bool HasEnded
    {
        get
        {
            var entry = new PollEntry { Descriptor = _descriptor, Wanted = LibC.PollReadable };
            return LibC.Poll(&entry, 1, 0) == 1;
        }
    }

    /// <summary>Opens the process that has a number now.</summary>
    /// <returns>Besides others, <see cref="SystemError.NoSuchProcess"/>: none has it; <see cref="SystemError.NotImplemented"/>: the
    /// kernel is older than 5.3; <see cref="SystemError.NotPermitted"/>: a filter of calls says no;
    /// <see cref="SystemError.InvalidArgument"/>: it is no number of a process, such as the 0 that stands for one of another
    /// namespace.</returns>
    public static SystemError TryOpen(int process, [NotNullWhen(true)] out PidFd? opened)
    {
        // It is close-on-exec without being told so.
        var descriptor = (int)LibC.SystemCall(LibC.CallProcessOpen, process, 0);
        opened = descriptor < 0 ? null : new PidFd(descriptor, process);
        return descriptor < 0 ? LibC.LastError : SystemError.None;
    }

    /// <summary>Waits until one of them has ended, another thread signals, or the time is over; or for no reason, after a signal to
    /// this process. What the thread signalled is left as it is.</summary>
    /// <param name="processes">At most <see cref="WaitedMax"/>.</param>
    /// <param name="wake">What another thread signals.</param>
    /// <param name="timeoutMs">Milliseconds; below 0 waits for ever.</param>
    public static void Wait(ReadOnlySpan<PidFd> processes, EventFd wake, int timeoutMs = -1)
    {
        ArgumentNullException.ThrowIfNull(wake);
        if (processes.Length > WaitedMax)
        {
            throw new ArgumentException("They are too many for one wait.", nameof(processes));
        }

        var entries = stackalloc PollEntry[WaitedMax + 1];
        entries[0] = new() { Descriptor = wake.Descriptor, Wanted = LibC.PollReadable };
        for (var index = 0; index < processes.Length; index++)
        {
            entries[index + 1] = new()
            {
                Descriptor = processes[index]._descriptor,
                Wanted = LibC.PollReadable,
            };
        }

        _ = LibC.Poll(entries, (nuint)processes.Length + 1, timeoutMs);
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
