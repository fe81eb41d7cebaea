using System.Net.Sockets;
using Edge.Host.Links;
using Edge.Host.Settings;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Links;
using Edge.Hosting.Metrics;
using Edge.Hosting.Settings;
using Edge.Node.Sessions;
using Edge.Node.Takeover;
using Microsoft.Extensions.Logging;

namespace Edge.Host.Lifetime;

/// <summary>The life of an edge: start, serve, drain, end.</summary>
internal sealed partial class EdgeProcess(
    EdgeSettings settings,
    TextWriter output,
    TextWriter errors
)
{
    private readonly DrainState _drain = new(settings.Process.DrainDeadline, TimeProvider.System);

    /// <summary>Runs until a signal ends it; the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var loggers = Logging.Create(settings.Process.LogLevel);
        using var limit = DrainLimit.Start(_drain, loggers);
        await WatcherLink.LetGoAsync(settings.AnycastSocket);
        var taken = new TakenAddresses()
            .Listen(SettingName.Admin, settings.Process.Admin)
            .Listen(SettingName.Metrics, settings.Process.Metrics)
            .Both(SettingName.Lan, settings.Mesh.Lan)
            .Media(settings.Media);
        if (taken.Problems.Count > 0)
        {
            return await FailAsync(string.Join(Environment.NewLine, taken.Problems));
        }

        switch (ProcessBuses.Start(Executables.Edge, settings.Process, settings.Mesh, loggers))
        {
            case BusesStart.Running running:
                await using (var buses = running.Buses)
                {
                    return await RunNodeAsync(buses, loggers);
                }

            case BusesStart.Failed failed:
                return await FailAsync(failed.Problem);
            default:
                throw new InvalidOperationException("The buses neither run nor failed.");
        }
    }

    private async Task<int> RunNodeAsync(ProcessBuses buses, ILoggerFactory loggers)
    {
        if (settings.Media.IsShared)
        {
            // The kernel gives it a part of the others' packets as soon as it is bound.
            await buses.MeetAsync();
        }

        switch (
            NodeLauncher.Start(
                settings.Process,
                settings.Media,
                buses.ForMedia,
                buses.ForSteering,
                settings.IsTakenOver ? MediaTakeover.Options : null,
                loggers
            )
        )
        {
            case NodeLaunch.Running launched:
                await using (var links = NodeLinks.Start(launched, buses, loggers))
                {
                    return await ServeAsync(launched, buses, links, loggers);
                }

            case NodeLaunch.Failed failed:
                return await FailAsync(failed.Problem);
            default:
                throw new InvalidOperationException("The node neither runs nor failed.");
        }
    }

    private MetricsPage CreateMetrics(MediaNode node, ProcessBuses buses) =>
        new(
            MetricLabels.Of(settings.Process),
            node.ReportAsync,
            (sink, _) => BusMetrics.ReportAsync(buses, sink),
            (sink, _) => DrainMetrics.ReportAsync(_drain, sink),
            ProcessMetrics.ReportAsync
        );

    private async Task<int> ServeAsync(
        NodeLaunch.Running launched,
        ProcessBuses buses,
        NodeLinks links,
        ILoggerFactory loggers
    )
    {
        var log = loggers.CreateLogger<EdgeProcess>();
        using var signals = new ProcessSignals(_drain);
        using var metrics = CreateMetrics(launched.Node, buses);
        await using var admin = AdminServer.Create(
            settings.Process.Admin,
            settings.Process.Metrics,
            _drain,
            metrics,
            loggers
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

        links.Open();
        await using var watcher = WatcherLink.Start(
            settings.AnycastSocket,
            settings.Media.IsShared ? null : launched.Node,
            loggers.CreateLogger<WatcherLink>()
        );
        await output.WriteAsync(Banner.Write(settings, launched.Node, admin.Url));
        await output.FlushAsync();
        StartMemory.Release();
        // Of the media threads alone: they go on well where something beside them hangs.
        using var manager = ServiceManager.Start(launched.Node.CreatePulse().Look, _drain, loggers);
        foreach (var warning in settings.Warnings)
        {
            LogWarned(log, warning);
        }

        await Task.WhenAny(_drain.Began, signals.Stopped);
        links.Close();
        var drain = new SessionDrain(_drain, TimeProvider.System, log)
        {
            HandOver = launched.Node,
            Withdraw = settings.DrainWithdraw,
        };
        await drain.RunAsync(launched.Node, signals.Stopped);
        return ExitCode.Success;
    }

    private async Task<int> FailAsync(string problem)
    {
        await errors.WriteLineAsync(problem);
        return ExitCode.CannotStart;
    }
}
