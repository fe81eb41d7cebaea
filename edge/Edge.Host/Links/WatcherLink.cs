using System.Net.Sockets;
using Edge.Hosting.Links;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Microsoft.Extensions.Logging;

namespace Edge.Host.Links;

/// <summary>The connection by which anycastd of this machine knows which process the node is: the kernel tells it, and tells of
/// the process's end. Over it go duplicates of the media sockets, by which the port stays open then
/// (<see cref="AnycastSign"/>).</summary>
/// <remarks>It is made anew when anycastd was. Threads: any.</remarks>
internal sealed partial class WatcherLink : IAsyncDisposable
{
    /// <summary>Wait before it is made anew. Chosen: as long as anycastd takes to be back, and until then rounds of probes
    /// watch.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>How long anycastd may take to let sockets go. Chosen: it does at once, and one that hangs must not keep this edge
    /// from starting.</summary>
    private static readonly TimeSpan LetGoWithin = TimeSpan.FromSeconds(2);

    private readonly MediaNode? _node;
    private readonly string _path;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private WatcherLink(string path, MediaNode? node, ILogger log)
    {
        _node = node;
        _path = path;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>Begins: the node answers by now, or a death would be told of one that never lived.</summary>
    /// <param name="path">Where anycastd listens; null: there is none.</param>
    /// <param name="node">Whose media sockets are given; null: none, since siblings share the port, and sockets that nobody reads
    /// would swallow a part of what is theirs.</param>
    /// <param name="log">Where it is said.</param>
    public static WatcherLink? Start(string? path, MediaNode? node, ILogger log) =>
        path is null ? null : new WatcherLink(path, node, log);

    /// <summary>Has anycastd let go of the sockets of an edge that is no more, and waits until that is done: then this one can bind
    /// the port.</summary>
    /// <param name="path">Where anycastd listens; null: there is none.</param>
    public static async Task LetGoAsync(string? path)
    {
        if (path is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(LetGoWithin);
        using var link = Create();
        try
        {
            await link.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await link.SendAsync(new[] { AnycastSign.LetGo }, limit.Token);
            await link.ReceiveAsync(new byte[1], limit.Token);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // It is not there and holds nothing; or it hangs, and a port that is taken is found out next.
        }
    }

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
        using var link = Create();
        await link.ConnectAsync(new UnixDomainSocketEndPoint(_path), _stop.Token);
        GiveMedia(link);
        await link.SendAsync(new[] { AnycastSign.All }, _stop.Token);
        LogKnown(_log, _path);
        var nothing = new byte[1];
        while (await link.ReceiveAsync(nothing, _stop.Token) > 0)
        {
            // Of a later version: what it says is not for this one.
        }
    }

    private void GiveMedia(Socket link)
    {
        if (_node is null)
        {
            return;
        }

        if (WatcherTrust.RefusalOf(link.SafeHandle) is { } reason)
        {
            LogNotGiven(_log, _path, reason);
            return;
        }

        if (_node.GiveMediaTo(link.SafeHandle) is not SystemError.None and var error)
        {
            LogNotGiven(_log, _path, $"They cannot be sent ({error}).");
        }
    }

    private static Socket Create() =>
        new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    [LoggerMessage(
        5102,
        LogLevel.Warning,
        "Who listens at {Path} is not given the media sockets: {Reason} Clients are told at once that the port is closed when this process dies."
    )]
    private static partial void LogNotGiven(ILogger log, string path, string reason);

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
