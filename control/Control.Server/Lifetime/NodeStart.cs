using System.Collections.Immutable;
using System.Net;
using Control.Contract;
using Control.Server.Settings;
using Edge.Primitives;

namespace Control.Server.Lifetime;

/// <summary>The outcome of starting what is behind the API: a node, or the way to many.</summary>
internal abstract record NodeStart
{
    private NodeStart() { }

    /// <summary>It runs.</summary>
    /// <param name="Node">The node, or all nodes as one.</param>
    /// <param name="Media">The addresses clients are told, with the port it really has; empty when that is for
    /// other processes to say.</param>
    /// <param name="IsReady">Whether somebody takes new sessions now.</param>
    /// <param name="IsAlive">Whether it has worked since the last call. Threads: one at a time.</param>
    /// <param name="StopAsync">Ends what this process has of it, and frees what that holds.</param>
    public sealed record Running(
        IMediaNode Node,
        ImmutableArray<IPEndPoint> Media,
        Func<bool> IsReady,
        Func<bool> IsAlive,
        Func<ValueTask> StopAsync
    ) : NodeStart
    {
        /// <summary>What it tells operators.</summary>
        public Func<IMetricSink, CancellationToken, Task> ReportAsync { get; init; } =
            static (_, _) => Task.CompletedTask;
    }

    /// <summary>It does not.</summary>
    /// <param name="Problem">A sentence for who started the process.</param>
    public sealed record Failed(string Problem) : NodeStart;
}

/// <summary>Starts what is behind the API of a process.</summary>
internal delegate NodeStart NodeStarter(ControlSettings settings, ILoggerFactory loggers);
