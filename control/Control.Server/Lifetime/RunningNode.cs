using System.Net;
using Control.Contract;
using Control.Server.Settings;

namespace Control.Server.Lifetime;

/// <summary>A media node that has been started, and how to end it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Media">The addresses clients are told, with the port it really has.</param>
/// <param name="StopAsync">Ends its sessions and frees what it holds.</param>
internal sealed record RunningNode(
    IMediaNode Node,
    IReadOnlyList<IPEndPoint> Media,
    Func<ValueTask> StopAsync
);

/// <summary>Starts the media node of a process.</summary>
/// <exception cref="System.Net.Sockets.SocketException">EDGE_MEDIA cannot be bound.</exception>
internal delegate RunningNode NodeStarter(EdgeSettings settings, ILoggerFactory loggers);
