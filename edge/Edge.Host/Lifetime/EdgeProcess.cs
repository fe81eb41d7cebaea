using System.Net.Sockets;
using Edge.Host.Settings;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;
using Edge.Node.Sessions;
using Microsoft.Extensions.Logging;

namespace Edge.Host.Lifetime;

/// <summary>The life of an edge: start, serve, drain, end.</summary>
internal sealed partial class EdgeProcess(
    EdgeSettings settings,
    TextWriter output,
    TextWriter errors
)
{
    private readonly DrainState _drain = new();

    /// <summary>Runs until a signal ends it; the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var loggers = Logging.Create(settings.Process.LogLevel);
        var taken = new TakenAddresses()
            .Listen(SettingName.Admin, settings.Process.Admin)
            .Listen(SettingName.Lan, settings.Mesh.Lan)
            .Bind(SettingName.Media, settings.Media.Address)
            .Problems;
        if (taken.Count > 0)
        {
            foreach (var problem in taken)
            {
                await errors.WriteLineAsync(problem);
            }

            return ExitCode.CannotStart;
        }

        switch (NodeLauncher.Start(settings.Process, settings.Media, loggers))
        {
            case NodeLaunch.Running running:
                await using (var node = running.Node)
                {
                    return await ServeAsync(node, loggers);
                }

            case NodeLaunch.Failed failed:
                await errors.WriteLineAsync(failed.Problem);
                return ExitCode.CannotStart;
            default:
                throw new InvalidOperationException("The node neither runs nor failed.");
        }
    }

    private async Task<int> ServeAsync(MediaNode node, ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger<EdgeProcess>();
        using var signals = new ProcessSignals(_drain);
        await using var admin = AdminServer.Create(settings.Process.Admin, _drain, loggers);
        try
        {
            await admin.StartAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await errors.WriteLineAsync($"{SettingName.Admin}: {exception.Message}");
            return ExitCode.CannotStart;
        }

        await output.WriteAsync(Banner.Write(settings, node, admin.Url));
        await output.FlushAsync();
        StartMemory.Release();
        foreach (var warning in settings.Warnings)
        {
            LogWarned(log, warning);
        }

        await Task.WhenAny(_drain.Began, signals.Stopped);
        var drain = new SessionDrain(
            _drain,
            settings.Process.DrainDeadline,
            TimeProvider.System,
            log
        );
        await drain.RunAsync(node, signals.Stopped);
        return ExitCode.Success;
    }
}
