using System.Net.Sockets;
using Anycast.Bird;
using Anycast.Daemon.Announcing;
using Anycast.Daemon.Peers;
using Anycast.Daemon.Probing;
using Anycast.Daemon.Processes;
using Anycast.Daemon.Settings;
using Anycast.Daemon.Telemetry;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Metrics;
using Edge.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Lifetime;

/// <summary>The life of anycastd: start, watch, withdraw, end.</summary>
internal sealed partial class AnycastProcess(
    AnycastSettings settings,
    TextWriter output,
    TextWriter errors
)
{
    private readonly DrainState _drain = new();

    /// <summary>Runs until a signal ends it; the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var loggers = Logging.Create(settings.LogLevel);
        PeerLink? peers = null;
        try
        {
            peers = settings.Peers is { } others
                ? new PeerLink(others, settings.Node, TimeProvider.System)
                : null;
        }
        catch (SocketException exception)
        {
            return await FailAsync($"{SettingName.AnycastListen}: {exception.Message}.");
        }

        using (peers)
        {
            return await WatchAsync(peers, loggers);
        }
    }

    private async Task<int> WatchAsync(PeerLink? peers, ILoggerFactory loggers)
    {
        var bird = new BirdClient(settings.BirdSocket, BirdClient.DefaultTimeout);
        using var signals = new ProcessSignals(_drain);
        using var prober = new NodeProber(settings, TimeProvider.System);
        await using var announcer = new BirdAnnouncer(
            bird,
            settings.Protocols,
            settings.IsDryRun,
            loggers.CreateLogger<BirdAnnouncer>()
        );
        var watch = new NodeWatch(
            settings,
            prober,
            peers,
            announcer,
            TimeProvider.System,
            loggers.CreateLogger<NodeWatch>()
        );
        await using var door = settings.ProcessSocket is { } path
            ? ProcessDoor.TryOpen(path, watch.HandleEnd, loggers.CreateLogger<ProcessDoor>())
            : null;
        using var metrics = CreateMetrics(watch, door);
        await using var admin = AdminServer.Create(
            settings.Admin,
            settings.Metrics,
            _drain,
            metrics,
            loggers,
            isReady: () => announcer.State != BirdState.Unknown
        );
        try
        {
            await admin.StartAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return await FailAsync(
                $"{SettingName.Admin}, {SettingName.Metrics}: {exception.Message}"
            );
        }

        await output.WriteAsync(Banner.Write(settings, admin.Url));
        await output.FlushAsync();
        StartMemory.Release();
        await SayAsync(bird, loggers.CreateLogger<AnycastProcess>());
        using var manager = ServiceManager.Start(
            Pulse.OfCount(() => watch.Rounds),
            _drain,
            loggers
        );
        await RunUntilAskedAsync(watch, announcer, signals);
        return ExitCode.Success;
    }

    private async Task RunUntilAskedAsync(
        NodeWatch watch,
        BirdAnnouncer announcer,
        ProcessSignals signals
    )
    {
        using var ending = new CancellationTokenSource();
        var rounds = watch.RunAsync(ending.Token);
        var ended = await Task.WhenAny(rounds, announcer.Completion, _drain.Began, signals.Stopped);
        if (ended == rounds || ended == announcer.Completion)
        {
            // Both end only when they are told to. A fault of ours says nothing of the node: BIRD stays as it is,
            // as after a crash.
            await ended;
        }

        await ending.CancelAsync();
        await rounds.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _drain.Begin();
        watch.Stop();
        await announcer.EndAsync();
    }

    private MetricsPage CreateMetrics(NodeWatch watch, ProcessDoor? door) =>
        new(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["node"] = settings.Node },
            (sink, _) =>
            {
                WatchMetrics.Report(
                    sink,
                    watch.Look(),
                    watch.Counters,
                    door?.Count ?? 0,
                    door?.HeldCount ?? 0
                );
                return Task.CompletedTask;
            },
            (sink, _) => DrainMetrics.ReportAsync(_drain, sink),
            ProcessMetrics.ReportAsync
        );

    private async Task SayAsync(BirdClient bird, ILogger log)
    {
        foreach (var warning in settings.Warnings)
        {
            LogWarned(log, warning);
        }

        if (settings.IsDryRun)
        {
            var reply = await bird.CheckConfigurationAsync(CancellationToken.None);
            LogDryRun(
                log,
                reply switch
                {
                    BirdReply.Done done => done.Lines[^1].Text,
                    BirdReply.Refused refused => refused.Problem,
                    BirdReply.Unreachable unreachable => unreachable.Problem,
                    _ => throw new InvalidOperationException($"BIRD answered {reply}."),
                }
            );
        }
    }

    private async Task<int> FailAsync(string problem)
    {
        await errors.WriteLineAsync(problem);
        return ExitCode.CannotStart;
    }
}
