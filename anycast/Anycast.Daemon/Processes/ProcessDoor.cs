using System.Net.Sockets;
using Edge.Hosting.Links;
using Edge.Native.Sockets;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Processes;

/// <summary>Where the node's process comes to be watched: a socket of this machine, at which it connects. Which
/// process it is the kernel says; it gives its media sockets to hold (<see cref="AnycastSign"/>).</summary>
/// <remarks>Where anything of it fails there is nothing to repair: rounds of probes find out what it would have told, a little
/// later. Threads: any.</remarks>
internal sealed partial class ProcessDoor : IAsyncDisposable
{
    /// <summary>Who may come: the user and the group. Whoever comes and dies can have the address withdrawn while another node
    /// has it, and no more.</summary>
    private const UnixFileMode Mode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite;

    /// <summary>Wait after an error of the listener, such as a process without descriptors.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one may take to say all. It says it at once, and the next one waits meanwhile.</summary>
    private static readonly TimeSpan SayWithin = TimeSpan.FromSeconds(1);

    private readonly Socket _door;
    private readonly ProcessWatch _watch;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private ProcessDoor(Socket door, ProcessWatch watch, ILogger log)
    {
        _door = door;
        _watch = watch;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>How many processes are watched.</summary>
    public int Count => _watch.Count;

    /// <summary>How many media sockets of processes that are no more are held.</summary>
    public int HeldCount => _watch.HeldCount;

    /// <summary>Begins to listen, in place of one that died; null, and a line in the log, where that cannot be.</summary>
    /// <param name="path">Where.</param>
    /// <param name="tell">Is told of each process that came and has ended, one after the other.</param>
    /// <param name="log">Where it is said.</param>
    public static ProcessDoor? TryOpen(string path, Action<ProcessEnd> tell, ILogger log)
    {
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            door.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                // Before it listens: nobody was let in meanwhile.
                File.SetUnixFileMode(path, Mode);
            }

            door.Listen(PidFd.WaitedMax);
        }
        catch (Exception error)
            when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            door.Dispose();
            LogNoDoor(log, path, error.Message);
            return null;
        }

        if (ProcessWatch.TryStart(tell) is { } watch)
        {
            return new ProcessDoor(door, watch, log);
        }

        door.Dispose();
        LogNoDoor(log, path, "There is no descriptor left.");
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _door.Dispose();
        _watch.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await WelcomeAsync(await _door.AcceptAsync(_stop.Token));
            }
            catch (SocketException error)
            {
                LogFault(_log, error.SocketErrorCode);
                await Task.Delay(Breath, _stop.Token);
            }
        }
    }

    private async Task WelcomeAsync(Socket link)
    {
        var media = new HeldSockets();
        switch (await HearAsync(link, media))
        {
            case AnycastSign.All:
                Take(link, media);
                break;
            case AnycastSign.LetGo:
                media.Dispose();
                _watch.LetGo();
                link.Dispose();
                break;
            default:
                media.Dispose();
                link.Dispose();
                break;
        }
    }

    /// <summary>Takes what one gives; its last byte, or null when it says nothing that makes sense.</summary>
    private async Task<byte?> HearAsync(Socket link, HeldSockets media)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(SayWithin);
        var sign = new byte[1];
        try
        {
            while (await link.ReceiveAsync(sign, SocketFlags.Peek, limit.Token) > 0)
            {
                if (SocketHandOver.Take(link.SafeHandle, out var socket) != SystemError.None)
                {
                    return null;
                }

                if (sign[0] != AnycastSign.Socket)
                {
                    socket?.Dispose();
                    return sign[0];
                }

                if (socket is null || media.Count == HeldSockets.CountMax)
                {
                    socket?.Dispose();
                    return null;
                }

                media.Add(socket);
            }
        }
        catch (SocketException)
        {
            // It is gone.
        }
        catch (OperationCanceledException)
        {
            // It hangs, and when it goes on it finds the link ended and comes again; or this ends.
        }

        return null;
    }

    private void Take(Socket link, HeldSockets media)
    {
        var error = LocalPeer.TryReadProcess(link.SafeHandle, out var number);
        PidFd? process = null;
        if (error == SystemError.None)
        {
            error = PidFd.TryOpen(number, out process);
        }

        if (process is null)
        {
            // Left open, it would have the process believe that it is watched.
            link.Dispose();
            media.Dispose();
            LogNotWatched(_log, number, error);
            return;
        }

        var watched = new WatchedProcess(process, link, media);
        if (HasEnded(link))
        {
            // The number may be another process's by now.
            watched.Dispose();
        }
        else if (_watch.TryAdd(watched))
        {
            LogWatched(_log, number, media.Count);
        }
        else
        {
            LogTooMany(_log, number);
        }
    }

    private static bool HasEnded(Socket link)
    {
        try
        {
            return link.Poll(0, SelectMode.SelectRead) && link.Receive(stackalloc byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
