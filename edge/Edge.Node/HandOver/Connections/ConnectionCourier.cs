using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.HandOver.Deciding;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Connections;

/// <summary>Gives connections to another process of this machine.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="trust">Whose processes they are given to.</param>
/// <param name="logger">Where it is said why not.</param>
internal sealed partial class ConnectionCourier(FrontTrust trust, ILogger logger)
{
    /// <summary>Whether a node is a process of this machine that connections can be given to.</summary>
    /// <param name="place">Where it says that it is.</param>
    public async Task<bool> IsHereAsync(UInt128 place)
    {
        using var link = await ReachAsync(place);
        return link is not null;
    }

    /// <summary>Gives connections. They stay open here, too; none may be used here any more, unless their sessions come back.
    /// </summary>
    /// <param name="place">Where the other process is.</param>
    /// <param name="connections">The connections.</param>
    /// <returns>False when they were not all given.</returns>
    public async ValueTask<bool> TryGiveAsync(
        UInt128 place,
        IReadOnlyList<MovingConnection> connections
    )
    {
        if (connections.Count == 0)
        {
            return true;
        }

        using var link = await ReachAsync(place);
        if (link is null)
        {
            return false;
        }

        using var cancellation = new CancellationTokenSource(DepartureLimits.ConnectWithin);
        try
        {
            foreach (var connection in connections)
            {
                if (!await ConnectionLink.TryGiveAsync(link, connection, cancellation.Token))
                {
                    LogNotGiven(logger, "It has ended the link.");
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            LogNotGiven(logger, error.Message);
            return false;
        }
    }

    private async Task<Socket?> ReachAsync(UInt128 place)
    {
        if (place == UInt128.Zero)
        {
            return null;
        }

        // It blocks where the other one's queue is full.
        var handle = await Task.Run(() =>
            new SocketHandOver(ConnectionLink.PathOf(place)).TryConnect(
                DepartureLimits.ReachWithin,
                out var found
            ) == SystemError.None
                ? found
                : null
        );
        if (handle is null)
        {
            return null;
        }

        var link = new Socket(handle);
        if (trust.RefusalOf(link.SafeHandle) is { } reason)
        {
            link.Dispose();
            LogNotGiven(logger, reason);
            return null;
        }

        return link;
    }

    [LoggerMessage(
        3640,
        LogLevel.Warning,
        "TCP connections are not given to another edge of this machine: {Reason}"
    )]
    private static partial void LogNotGiven(ILogger logger, string reason);
}
