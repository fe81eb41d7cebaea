using System.Collections.Immutable;
using System.Net;
using Control.Contract;
using Control.Server.Settings;

namespace Control.Server.Lifetime;

/// <summary>The outcome of starting the media node of a process.</summary>
internal abstract record NodeStart
{
    private NodeStart() { }

    /// <summary>It runs.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Media">The addresses clients are told, with the port it really has.</param>
    /// <param name="StopAsync">Ends its sessions and frees what it holds.</param>
    public sealed record Running(
        IMediaNode Node,
        ImmutableArray<IPEndPoint> Media,
        Func<ValueTask> StopAsync
    ) : NodeStart;

    /// <summary>It does not.</summary>
    /// <param name="Problem">A sentence for who started the process.</param>
    public sealed record Failed(string Problem) : NodeStart;
}

/// <summary>Starts the media node of a process.</summary>
internal delegate NodeStart NodeStarter(ControlSettings settings, ILoggerFactory loggers);
