using System.Globalization;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Tests.Support;
using Edge.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>systemd hears that a process is ready, lives and ends, and nothing of one that does not work.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    // Every 0.1 s a sign of life.
    private const string Watchdog = "300000";

    private readonly TemporaryFolder _folder = new();
    private readonly DrainState _drain = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_BothKindsOfAddress_SaysReadyAliveAndStopping(bool isAbstract)
    {
        using var socket = new NotifySocket(
            isAbstract ? $"@edge-test-{Guid.NewGuid():N}" : _folder.Combine("notify")
        );
        using var manager = Start(socket.Address, Watchdog, () => true);
        await socket.UntilSaidAsync("READY=1");
        await Patience.UntilAsync(
            "signs of life go on",
            () => Task.FromResult(socket.Count("WATCHDOG=1")),
            count => count >= 3
        );
        Assert.Equal(0, socket.Count("STOPPING=1"));
        _drain.Begin();
        await socket.UntilSaidAsync("STOPPING=1");
        Assert.Equal(1, socket.Count("READY=1"));
    }

    /// <summary>It says so once, and is heard again when the work goes on.</summary>
    [Fact]
    public async Task Watch_WorkStandsStill_SilentUntilItGoesOn()
    {
        using var socket = new NotifySocket(_folder.Combine("notify"));
        var log = new ListLogger();
        using var loggers = new OneLogger(log);
        var isAlive = 1;
        var looks = 0L;
        using var manager = Start(
            socket.Address,
            Watchdog,
            () =>
            {
                Interlocked.Increment(ref looks);
                return Volatile.Read(ref isAlive) != 0;
            },
            loggers
        );
        await socket.UntilSaidAsync("WATCHDOG=1");
        Volatile.Write(ref isAlive, 0);
        // One look may have been under way.
        await LooksAsync(() => Interlocked.Read(ref looks), 2);
        var signs = socket.Count("WATCHDOG=1");
        await LooksAsync(() => Interlocked.Read(ref looks), 5);
        Assert.Equal(signs, socket.Count("WATCHDOG=1"));
        Assert.Equal(1, log.Count("does not do its work"));
        Volatile.Write(ref isAlive, 1);
        await Patience.UntilAsync(
            "signs of life come again",
            () => Task.FromResult(socket.Count("WATCHDOG=1")),
            count => count > signs
        );
    }

    [Fact]
    public async Task Start_WatchdogOfAnotherProcess_NoSignsOfLife()
    {
        using var socket = new NotifySocket(_folder.Combine("notify"));
        var looks = 0;
        using (
            Start(
                socket.Address,
                Watchdog,
                () => Interlocked.Increment(ref looks) > 0,
                process: (Environment.ProcessId + 1).ToString(CultureInfo.InvariantCulture)
            )
        )
        {
            await socket.UntilSaidAsync("READY=1");
        }

        Assert.Equal(0, looks);
        Assert.Equal(0, socket.Count("WATCHDOG=1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1234")]
    public void Start_NobodyToTell_DoesNothing(string? address)
    {
        var looks = 0;
        using (Start(address, Watchdog, () => Interlocked.Increment(ref looks) > 0))
        {
            _drain.Begin();
        }

        Assert.Equal(0, looks);
    }

    [Fact]
    public void Start_SocketIsGone_SaidOnceAndGoesOn()
    {
        var log = new ListLogger();
        using var loggers = new OneLogger(log);
        var looks = 0L;
        using (
            Start(
                _folder.Combine("none"),
                Watchdog,
                () => Interlocked.Increment(ref looks) > 0,
                loggers
            )
        )
        {
            Assert.True(
                SpinWait.SpinUntil(() => Interlocked.Read(ref looks) > 3, Patience.Longest)
            );
        }

        Assert.Equal(1, log.Count("cannot be told"));
    }

    private static Task LooksAsync(Func<long> read, int more)
    {
        var begin = read();
        return Patience.UntilAsync(
            $"{more} looks",
            () => Task.FromResult(read()),
            looks => looks >= begin + more
        );
    }

    private ServiceManager Start(
        string? address,
        string? watchdog,
        Func<bool> isAlive,
        ILoggerFactory? loggers = null,
        string? process = null
    ) =>
        ServiceManager.Start(
            isAlive,
            _drain,
            loggers ?? NullLoggerFactory.Instance,
            name =>
                name switch
                {
                    "NOTIFY_SOCKET" => address,
                    "WATCHDOG_USEC" => watchdog,
                    "WATCHDOG_PID" => process,
                    _ => throw new InvalidOperationException($"{name} is nobody's."),
                }
        );

    /// <summary>A factory whose every logger is one.</summary>
    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
