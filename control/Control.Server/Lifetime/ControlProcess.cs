using System.Net.Sockets;
using System.Security.Cryptography;
using Control.Server.Apps.Credentials;
using Control.Server.Front;
using Control.Server.Settings;
using Control.Server.Tls;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

namespace Control.Server.Lifetime;

/// <summary>The life of a process: start, serve, drain, end.</summary>
internal sealed partial class ControlProcess(
    ControlSettings settings,
    NodeStarter startNode,
    TextWriter output,
    TextWriter errors
)
{
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly DrainState _drain = new(settings.Process.DrainDeadline, TimeProvider.System);

    /// <summary>Runs until a signal ends it; the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var loggers = Logging.Create(settings.Process.LogLevel);
        using var limit = DrainLimit.Start(_drain, loggers);
        if (!TryOpenCertificates(loggers, out var certificates))
        {
            return ExitCode.WrongSettings;
        }

        var credentials = OpenCredentials(out var unusable);
        if (unusable is not null)
        {
            await errors.WriteLineAsync(unusable);
            return ExitCode.WrongSettings;
        }

        var taken = FindTakenAddresses();
        if (taken.Count > 0)
        {
            foreach (var problem in taken)
            {
                await errors.WriteLineAsync(problem);
            }

            return ExitCode.CannotStart;
        }

        switch (startNode(settings, loggers))
        {
            case NodeStart.Running node:
                try
                {
                    return await ServeAsync(node, certificates, credentials, loggers);
                }
                finally
                {
                    await node.StopAsync();
                }

            case NodeStart.Failed failed:
                await errors.WriteLineAsync(failed.Problem);
                return ExitCode.CannotStart;
            default:
                throw new InvalidOperationException("The node neither runs nor failed.");
        }
    }

    private async Task<int> ServeAsync(
        NodeStart.Running node,
        CertificateStore? certificates,
        CredentialStore credentials,
        ILoggerFactory loggers
    )
    {
        var log = loggers.CreateLogger<ControlProcess>();
        using var signals = new ProcessSignals(_drain);
        var options = new ServerOptions
        {
            Loggers = loggers,
            Time = _time,
            Credentials = credentials,
            IsReady = node.IsReady,
            ReportAsync = node.ReportAsync,
        };
        await using var server = ControlServer.Create(
            settings,
            node.Node,
            certificates,
            _drain,
            options
        );
        try
        {
            await server.StartAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await errors.WriteLineAsync(
                $"EDGE_HTTP, EDGE_ADMIN, EDGE_METRICS: {exception.Message}"
            );
            return ExitCode.CannotStart;
        }

        await output.WriteAsync(
            Banner.Write(settings, server.PublicUrls, server.AdminUrl, node.Media)
        );
        await output.FlushAsync();
        StartMemory.Release();
        using var manager = ServiceManager.Start(node.IsAlive, _drain, loggers);
        foreach (var warning in settings.Warnings)
        {
            LogWarned(log, warning);
        }

        await Task.WhenAny(_drain.Began, signals.Stopped);
        await EndAsync(server, node, signals, log);
        return ExitCode.Success;
    }

    private async Task EndAsync(
        ControlServer server,
        NodeStart.Running node,
        ProcessSignals signals,
        ILogger log
    )
    {
        if (settings.Process.Mesh is null)
        {
            var drain = new SessionDrain(_drain, _time, log);
            await drain.RunAsync(node.Node, signals.Stopped);
        }
        else if (!signals.Stopped.IsCompleted)
        {
            // The sessions are those of the edges and go on; only requests are of this process.
            LogDraining(log, _drain.Left.TotalSeconds);
            await server.StopAsync(_drain.Left);
        }
    }

    private IReadOnlyList<string> FindTakenAddresses()
    {
        var taken = new TakenAddresses();
        foreach (var address in settings.Http)
        {
            taken.Listen(SettingName.Http, address);
        }

        taken.Listen(SettingName.Admin, settings.Process.Admin);
        taken.Listen(SettingName.Metrics, settings.Process.Metrics);
        if (settings.FrontSocket is { } path)
        {
            taken.Note(SettingName.FrontSocket, path, FrontSocketFile.FindProblem(path));
        }

        return settings.Process.Mesh is { } mesh
            ? taken.Listen(SettingName.Lan, mesh.Lan).Problems
            : taken.Media(settings.Media).Problems;
    }

    private CredentialStore OpenCredentials(out string? problem)
    {
        problem = null;
        if (settings.StateFile is not { } path)
        {
            return CredentialStore.InMemory(settings.Apps, _time);
        }

        var file = new StateFile(path);
        var saved = file.Load(out var unusable);
        problem = unusable is null ? null : $"{SettingName.StateFile}: {unusable}";
        return new CredentialStore(settings.Apps, saved, file, _time);
    }

    private bool TryOpenCertificates(ILoggerFactory loggers, out CertificateStore? certificates)
    {
        certificates = null;
        var log = loggers.CreateLogger<CertificateStore>();
        try
        {
            certificates = settings.Tls switch
            {
                TlsSource.Files files => CertificateStore.FromFiles(files, log),
                TlsSource.SelfSigned own => CertificateStore.FromCertificate(
                    SelfSignedCertificate.Create(own.Addresses, _time),
                    log
                ),
                _ => null,
            };
            return true;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.WriteLine($"{SettingName.TlsCert}, {SettingName.TlsKey}: {exception.Message}");
            return false;
        }
    }
}
