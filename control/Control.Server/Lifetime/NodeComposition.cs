using Control.Server.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

namespace Control.Server.Lifetime;

/// <summary>Decides on the media behind the API: the node in this process.</summary>
internal static class NodeComposition
{
    /// <summary>Starts it with the process's settings.</summary>
    public static NodeStart Start(ControlSettings settings, ILoggerFactory loggers)
    {
        if (settings.Process.Mesh is not null)
        {
            return new NodeStart.Failed(
                $"{SettingName.Standalone}: this build serves standalone only."
            );
        }

        return NodeLauncher.Start(settings.Process, settings.Media, mesh: null, loggers) switch
        {
            NodeLaunch.Running running => new NodeStart.Running(
                running.Node,
                [.. running.Node.Candidates.Select(address => address.ToEndPoint())],
                running.Node.DisposeAsync
            ),
            NodeLaunch.Failed failed => new NodeStart.Failed(failed.Problem),
            var other => throw new InvalidOperationException($"A start ended as {other}."),
        };
    }
}
