using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Edge.Host.Links;

/// <summary>The connection by which anycastd of this machine knows which process the node is: the kernel tells it, and tells of
/// the process's end. Nothing is said over it.</summary>
/// <remarks>It is made anew when anycastd was. Threads: any.</remarks>
internal sealed partial class WatcherLink : IAsyncDisposable
{
    /// <summary>Wait before it is made anew. Chosen: as long as anycastd takes to be back, and until then rounds of probes
    /// watch.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private WatcherLink(string path, ILogger log)
    {
        _path = path;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>Begins: the node answers by now, or a death would be told of one that never lived.</summary>
    /// <param name="path">Where anycastd listens; null: there is none.</param>
    /// <param name="log">Where it is said.</param>
    public static WatcherLink? Start(string? path, ILogger log) =>
        path is null ? null : new WatcherLink(path, log);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var hasFailed = false;
        while (true)
        {
            try
            {
                await StayAsync();
                hasFailed = false;
            }
            catch (SocketException error)
            {
                if (!hasFailed)
                {
                    LogNotReached(_log, _path, error.SocketErrorCode);
                }

                hasFailed = true;
            }

            await Task.Delay(Again, _stop.Token);
        }
    }

    /// <summary>Connects, and returns when the other end is gone.</summary>
    private async Task StayAsync()
    {
        using var link = new Socket(
            AddressFamily.Unix,
            SocketType.Stream,
            ProtocolType.Unspecified
        );
        await link.ConnectAsync(new UnixDomainSocketEndPoint(_path), _stop.Token);
        LogKnown(_log, _path);
        var nothing = new byte[1];
        while (await link.ReceiveAsync(nothing, _stop.Token) > 0)
        {
            // Of a later version: what it says is not for this one.
        }
    }

    [LoggerMessage(
        5100,
        LogLevel.Information,
        "anycastd at {Path} knows which process this is, and sees its end at once."
    )]
    private static partial void LogKnown(ILogger log, string path);

    [LoggerMessage(
        5101,
        LogLevel.Warning,
        "anycastd is not reached at {Path} ({Error}), and is tried each second: until then it finds out by probes when this process ends."
    )]
    private static partial void LogNotReached(ILogger log, string path, SocketError error);
}
