using Edge.Native.Sockets;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Front;

/// <summary>Says in the log that nobody takes HTTPS, and that somebody does again.</summary>
/// <remarks>Threads: the front's.</remarks>
internal sealed partial class ControlWatch(ILogger logger, string path)
{
    /// <summary>Least time between two lines: whoever dials can cause them for long.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private Instant _logAt;
    private long _refused;

    /// <summary>Notes how giving a connection to control went.</summary>
    public void Note(SystemError error, Instant now)
    {
        if (error != SystemError.None)
        {
            _refused++;
            if (now >= _logAt)
            {
                _logAt = now + LogInterval;
                LogAway(logger, path, error, _refused);
            }
        }
        else if (_refused > 0)
        {
            LogBack(logger, path, _refused);
            _refused = 0;
        }
    }

    [LoggerMessage(
        3500,
        LogLevel.Warning,
        "HTTPS at the front is closed, media goes on: no control takes it at {Path}: {Error}; {Refused} connections so far."
    )]
    private static partial void LogAway(
        ILogger logger,
        string path,
        SystemError error,
        long refused
    );

    [LoggerMessage(
        3501,
        LogLevel.Information,
        "Control takes HTTPS at {Path} again; {Refused} connections were closed."
    )]
    private static partial void LogBack(ILogger logger, string path, long refused);
}
