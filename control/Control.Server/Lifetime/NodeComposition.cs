using Anycast.Steering;
using Control.Server.Placement;
using Control.Server.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Links;
using Edge.Hosting.Metrics;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Mesh;

namespace Control.Server.Lifetime;

/// <summary>Decides on the media behind the API: the node in this process, or those of others.</summary>
internal static class NodeComposition
{
    /// <summary>Starts it with the process's settings.</summary>
    public static NodeStart Start(ControlSettings settings, ILoggerFactory loggers) =>
        settings.Process.Mesh is { } mesh
            ? StartMesh(settings, mesh, loggers)
            : StartNode(settings, loggers);

    private static NodeStart StartNode(ControlSettings settings, ILoggerFactory loggers) =>
        NodeLauncher.Start(
            settings.Process,
            settings.Media,
            mesh: null,
            steering: null,
            takeover: null,
            loggers
        ) switch
        {
            NodeLaunch.Running running => new NodeStart.Running(
                running.Node,
                [.. running.Node.Candidates.Select(address => address.ToEndPoint())],
                static () => true,
                running.Node.CreatePulse().Look,
                running.Node.DisposeAsync
            )
            {
                ReportAsync = running.Node.ReportAsync,
            },
            NodeLaunch.Failed failed => new NodeStart.Failed(failed.Problem),
            var other => throw new InvalidOperationException($"A start ended as {other}."),
        };

    private static NodeStart StartMesh(
        ControlSettings settings,
        MeshSettings mesh,
        ILoggerFactory loggers
    ) =>
        ProcessBuses.Start(Executables.Control, settings.Process, mesh, loggers) switch
        {
            BusesStart.Running running => StartMesh(settings, running.Buses, loggers),
            BusesStart.Failed failed => new NodeStart.Failed(failed.Problem),
            var other => throw new InvalidOperationException($"A start ended as {other}."),
        };

    private static NodeStart.Running StartMesh(
        ControlSettings settings,
        ProcessBuses buses,
        ILoggerFactory loggers
    )
    {
        var process = settings.Process;
        var control = MeshControl.Create(
            new MeshControlOptions
            {
                Pop = process.Pop,
                Keys = ToRing(process),
                Lan = buses.Lan,
                Nats = buses.Nats,
                Limits = settings.Limits.Times,
                Loggers = loggers,
            }
        );
        return new NodeStart.Running(
            control.Node,
            Media: [],
            () => control.IsReady,
            Pulse.OfThreadPool(),
            () =>
            {
                control.Dispose();
                return buses.DisposeAsync();
            }
        )
        {
            ReportAsync = (sink, _) => BusMetrics.ReportAsync(buses, sink),
        };
    }

    private static PopKeyRing ToRing(ProcessSettings process)
    {
        var pop = OwnerCode.NumberOf(process.Pop);
        return new PopKeyRing([
            .. process.PopKeys.Select(key => PopKey.Create(pop, key.Id, key.Bytes.AsSpan())),
        ]);
    }
}
