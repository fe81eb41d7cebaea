using System.Net.Sockets;

namespace Control.Server.Front;

/// <summary>The file of the socket at which connections are taken from edges.</summary>
internal static class FrontSocketFile
{
    /// <summary>Connections that may wait to be taken. Chosen: what comes while the process is busy for a tenth of a second
    /// at 5000 a second; beyond it edges close what comes, so that a control that hangs collects no more than that.</summary>
    private const int Backlog = 512;

    /// <summary>Who may give connections: the user and the group. Whoever can, can have requests answered as if they came
    /// from whom he dialled, and no more.</summary>
    private const UnixFileMode Mode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite;

    /// <summary>Why the path cannot be listened at; null when it can.</summary>
    public static string? FindProblem(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            return "its folder does not exist";
        }

        using var probe = Create();
        // Where another process listens and hangs, its queue may be full: that is known at once, too.
        probe.Blocking = false;
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return "another process listens at it";
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            return "another process listens at it";
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // What a process left that could not remove it, or a file of somebody else.
            return IsEmpty(path) ? null : "there is a file that is no socket";
        }
        catch (SocketException)
        {
            return File.Exists(path) ? "it is not to be had" : null;
        }
    }

    /// <summary>Listens at a path that has no problem, in place of what a process left there.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static Socket Listen(string path)
    {
        File.Delete(path);
        var socket = Create();
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                // Before it listens: nobody was let in meanwhile.
                File.SetUnixFileMode(path, Mode);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The framework knows no kind for sockets; what is lost is at most an empty file.</summary>
    private static bool IsEmpty(string path) =>
        new FileInfo(path) is { LinkTarget: null, Length: 0 };

    private static Socket Create() =>
        new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
