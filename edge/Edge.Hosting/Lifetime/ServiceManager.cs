using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Lifetime;

/// <summary>What systemd is told of this process: that it is ready, that it lives, that it ends.</summary>
/// <remarks>
/// Without NOTIFY_SOCKET there is nobody to tell, and it does nothing. Signs of life come from a thread of its own, and only
/// while the process shows what it is there for (<c>isAlive</c>): a timer that runs on beside hung media threads would
/// keep systemd from seeing it. Nothing it does delays or ends the process. Source: sd_notify(3), sd_watchdog_enabled(3).
/// </remarks>
public sealed partial class ServiceManager : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";

    /// <summary>Signs of life in the time after which systemd ends the process. Chosen: two may fail to come.</summary>
    private const int SignsPerLimit = 3;

    private readonly EndPoint? _address;
    private readonly Func<bool> _isAlive;
    private readonly TimeSpan _interval;
    private readonly ILogger _log;
    private readonly object _gate = new(); // For Monitor.Wait: what waits by tasks needs threads of the pool.
    private readonly Thread? _thread;
    private bool _isOver;
    private bool _hasFailed;

    private ServiceManager(
        EndPoint? address,
        TimeSpan watchdog,
        Func<bool> isAlive,
        ILogger<ServiceManager> log
    )
    {
        _address = address;
        _isAlive = isAlive;
        _interval = watchdog / SignsPerLimit;
        _log = log;
        if (_address is not null && watchdog > TimeSpan.Zero)
        {
            _thread = new Thread(Watch) { IsBackground = true, Name = "service watchdog" };
        }
    }

    /// <summary>Says that the process is ready, and from then on that it lives, where the environment says to whom.</summary>
    /// <param name="isAlive">Whether it has done since the last call what it is there for. Threads: called by one.</param>
    /// <param name="drain">Whose beginning is the beginning of the end.</param>
    /// <param name="loggers">Where events are logged.</param>
    public static ServiceManager Start(
        Func<bool> isAlive,
        DrainState drain,
        ILoggerFactory loggers
    ) => Start(isAlive, drain, loggers, Environment.GetEnvironmentVariable);

    /// <summary>The same with another environment; for tests.</summary>
    internal static ServiceManager Start(
        Func<bool> isAlive,
        DrainState drain,
        ILoggerFactory loggers,
        Func<string, string?> read
    )
    {
        ArgumentNullException.ThrowIfNull(drain);
        var manager = new ServiceManager(
            ToAddress(read(SocketVariable)),
            ToWatchdog(read(WatchdogVariable), read(WatchdogProcessVariable)),
            isAlive,
            loggers.CreateLogger<ServiceManager>()
        );
        manager.Tell("READY=1\nSTATUS=Serving");
        _ = drain.Began.ContinueWith(
            _ => manager.Tell("STOPPING=1\nSTATUS=Draining: no new sessions"),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        manager._thread?.Start();
        return manager;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _thread?.Join();
    }

    private void Watch()
    {
        var wasAlive = true;
        while (true)
        {
            var isAlive = _isAlive();
            if (isAlive)
            {
                Tell("WATCHDOG=1");
            }
            else if (wasAlive)
            {
                LogSilent(_log, _interval.TotalSeconds);
            }

            wasAlive = isAlive;
            lock (_gate)
            {
                if (!_isOver)
                {
                    Monitor.Wait(_gate, _interval);
                }

                if (_isOver)
                {
                    return;
                }
            }
        }
    }

    private void Tell(string words)
    {
        if (_address is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(
                AddressFamily.Unix,
                SocketType.Dgram,
                ProtocolType.Unspecified
            );
            // A queue that is full is the manager's trouble: this process does not wait for it.
            socket.Blocking = false;
            socket.SendTo(Encoding.UTF8.GetBytes(words), _address);
        }
        catch (SocketException exception)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                LogUntold(_log, exception.Message);
            }
        }
    }

    /// <summary>A path, or the name of an abstract socket behind @.</summary>
    private static UnixDomainSocketEndPoint? ToAddress(string? text) =>
        text switch
        {
            null or "" => null,
            ['@', .. var name] => new UnixDomainSocketEndPoint($"\0{name}"),
            ['/', ..] => new UnixDomainSocketEndPoint(text),
            _ => null, // Of other kinds (vsock) are machines as a whole, not services.
        };

    /// <summary>Zero: nobody waits for signs of life of this process.</summary>
    private static TimeSpan ToWatchdog(string? text, string? process)
    {
        var isForUs =
            string.IsNullOrEmpty(process)
            || string.Equals(
                process,
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            );
        return
            isForUs
            && long.TryParse(
                text,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var microseconds
            )
            && microseconds <= (long)TimeSpan.FromDays(1).TotalMicroseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : TimeSpan.Zero;
    }

    [LoggerMessage(
        8020,
        LogLevel.Error,
        "The process does not do its work since {Seconds} seconds; systemd hears nothing of it and will end it."
    )]
    private static partial void LogSilent(ILogger log, double seconds);

    [LoggerMessage(
        8021,
        LogLevel.Warning,
        "systemd cannot be told how the process is: {Problem}. It may take it for hung."
    )]
    private static partial void LogUntold(ILogger log, string problem);
}
