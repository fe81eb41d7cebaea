using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Edge.Native.Sockets;
using Microsoft.Extensions.Logging;
using TcpListener = Edge.Native.Sockets.TcpListener;

namespace Edge.Node.Front;

/// <summary>Gives the front's listeners to the edge that is started beside this one to take its place.</summary>
/// <remarks>
/// That one connects to a socket of this one, is given the listeners, and takes no connection before its link to this one ends:
/// when this one leaves, or dies. The queue of connections that wait is the kernel's and the same for both, so none of them
/// sees the change. One at a time. Threads: the front's.
/// </remarks>
internal sealed partial class FrontSuccession : IDisposable
{
    private const int HashBytes = 4;

    private readonly string _path;
    private readonly FrontTrust _trust;
    private readonly ILogger _logger;
    private Socket? _door;
    private Socket? _successor;

    private FrontSuccession(string path, FrontTrust trust, ILogger logger)
    {
        _path = path;
        _trust = trust;
        _logger = logger;
    }

    /// <summary>Whether another edge has the listeners and waits.</summary>
    public bool HasSuccessor => _successor is not null;

    /// <summary>Where edges with these addresses meet: beside the socket of control, one place for each first address. Null where
    /// there can be none, because the kernel chooses the port or the path is too long for a socket.</summary>
    public static string? PathOf(FrontOptions options)
    {
        var first = options.Addresses[0];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(first.ToString()));
        var path = $"{options.ControlSocket}.{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}";
        return first.Port == 0 || Encoding.UTF8.GetByteCount(path) > SocketHandOver.PathBytesMax
            ? null
            : path;
    }

    /// <summary>Begins to be found; where that cannot be, the next edge binds the addresses itself.</summary>
    /// <param name="path">Where edges meet.</param>
    /// <param name="trust">Who is given the listeners.</param>
    /// <param name="logger">Is told who came, and who was sent away.</param>
    public static FrontSuccession Open(string path, FrontTrust trust, ILogger logger)
    {
        var succession = new FrontSuccession(path, trust, logger);
        succession.Listen();
        return succession;
    }

    /// <summary>Looks whether somebody has come, or has gone again.</summary>
    public void Poll(IReadOnlyList<TcpListener> listeners)
    {
        if (_successor is { } waiting && HasEnded(waiting))
        {
            waiting.Dispose();
            _successor = null;
        }

        try
        {
            if (_door?.Poll(0, SelectMode.SelectRead) == true)
            {
                Welcome(_door.Accept(), listeners);
            }
        }
        catch (SocketException error)
        {
            // Whoever it was is gone; the next one is looked for in a second.
            LogNotTaken(_logger, error.Message);
        }
    }

    /// <summary>Whether the process at the other end has closed a link, or is gone. Nothing is ever said over it.</summary>
    public static bool HasEnded(Socket link, int waitMs = 0)
    {
        try
        {
            return link.Poll(waitMs * 1000, SelectMode.SelectRead)
                && link.Receive(stackalloc byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Is found no more, and then tells who waits that it is its turn.</summary>
    public void Dispose()
    {
        // In this order: the next one is found at the same path, which this deletes.
        _door?.Dispose();
        _door = null;
        _successor?.Dispose();
        _successor = null;
    }

    private void Listen()
    {
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Of one that died: nobody listens there, or this edge would wait for it.
            File.Delete(_path);
            door.Bind(new UnixDomainSocketEndPoint(_path));
            if (!OperatingSystem.IsWindows())
            {
                // Before anybody can connect: who has a listener can take its connections.
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            door.Listen(1);
            _door = door;
        }
        catch (Exception error)
            when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            door.Dispose();
            LogAlone(_logger, _path, error.Message);
        }
    }

    private void Welcome(Socket caller, IReadOnlyList<TcpListener> listeners)
    {
        if (_trust.RefusalOf(caller.SafeHandle) is { } reason)
        {
            caller.Dispose();
            LogNotTaken(_logger, reason);
            return;
        }

        if (_successor is not null || !TryGive(caller, listeners))
        {
            caller.Dispose();
            return;
        }

        _successor = caller;
        LogSuccessor(_logger);
    }

    private static bool TryGive(Socket caller, IReadOnlyList<TcpListener> listeners)
    {
        foreach (var listener in listeners)
        {
            if (SocketHandOver.Give(caller.SafeHandle, listener) != SystemError.None)
            {
                return false;
            }
        }

        try
        {
            // A byte without a listener: that is all.
            return caller.Send([0]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(
        3502,
        LogLevel.Warning,
        "An edge that takes this one's place cannot take its front over at {Path}: {Reason} Until it listens itself, the port is closed."
    )]
    private static partial void LogAlone(ILogger logger, string path, string reason);

    [LoggerMessage(
        3504,
        LogLevel.Warning,
        "An edge came for the front's listeners and was not given them: {Reason}"
    )]
    private static partial void LogNotTaken(ILogger logger, string reason);

    [LoggerMessage(
        3503,
        LogLevel.Information,
        "Another edge has the front's listeners and takes connections when this one leaves."
    )]
    private static partial void LogSuccessor(ILogger logger);
}
