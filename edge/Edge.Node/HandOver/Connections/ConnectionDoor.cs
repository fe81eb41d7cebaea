using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Edge.Node.Front;
using Edge.Node.HandOver.Letters;
using Edge.Node.Shards;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Connections;

/// <summary>Takes connections that other processes of this machine give, and keeps them until their sessions come.</summary>
/// <remarks>
/// The socket has a name that no file has, drawn at each start and told to nodes of the PoP only. It is no secret on the machine,
/// so each side asks the kernel whose process the other is (<see cref="FrontTrust"/>). One link at a time, for no longer than
/// <see cref="LinkWithinDefault"/>. Threads: one that accepts; <see cref="Dispose"/> by any.
/// </remarks>
internal sealed partial class ConnectionDoor : IDisposable
{
    /// <summary>Links that may wait. Chosen: a few nodes that leave, two groups each.</summary>
    private const int LinksMax = 16;

    /// <summary>How long a link may last. Chosen: longer than a giver takes for a group.</summary>
    public static readonly TimeSpan LinkWithinDefault = TimeSpan.FromSeconds(3);

    /// <summary>Before the next one, after one that failed. Chosen: a system without descriptors is not asked in a loop.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly ArrivedConnections _arrived;
    private readonly FrontTrust _trust;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;
    private readonly TimeSpan _linkWithin;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stop;
    private bool _hasFailed;

    private ConnectionDoor(
        Socket socket,
        UInt128 place,
        ArrivedConnections arrived,
        FrontTrust trust,
        NodeClock clock,
        ILogger logger,
        TimeSpan linkWithin
    )
    {
        _socket = socket;
        _linkWithin = linkWithin;
        Place = place;
        _arrived = arrived;
        _trust = trust;
        _clock = clock;
        _logger = logger;
        _stop = _stopping.Token;
    }

    /// <summary>What the nodes of the PoP find it by.</summary>
    public UInt128 Place { get; }

    /// <summary>Opens one; null when the system refuses, which is logged: then connections stay where they are.</summary>
    /// <param name="arrived">Where connections are kept.</param>
    /// <param name="trust">From whose processes they are taken.</param>
    /// <param name="clock">The node's clock.</param>
    /// <param name="logger">Where it is said who was sent away.</param>
    /// <param name="linkWithin">How long a link may last; unset: <see cref="LinkWithinDefault"/>.</param>
    public static ConnectionDoor? TryOpen(
        ArrivedConnections arrived,
        FrontTrust trust,
        NodeClock clock,
        ILogger logger,
        TimeSpan? linkWithin = null
    )
    {
        var place = HandOverNumber.Draw();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(ConnectionLink.PathOf(place)));
            socket.Listen(LinksMax);
            return new ConnectionDoor(
                socket,
                place,
                arrived,
                trust,
                clock,
                logger,
                linkWithin ?? LinkWithinDefault
            );
        }
        catch (SocketException error)
        {
            socket.Dispose();
            LogClosed(logger, error.Message);
            return null;
        }
    }

    /// <summary>Begins to take.</summary>
    public void Start() => _ = RunAsync();

    /// <summary>Takes no more.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        _stopping.Dispose();
        _socket.Dispose();
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a link: an error of ours ends it, and the next one is served."
    )]
    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var link = await _socket.AcceptAsync(_stop);
                await ServeAsync(link);
            }
            catch (Exception error)
                when (error
                        is SocketException
                            or OperationCanceledException
                            or ObjectDisposedException
                )
            {
                // The link's end, or this one's.
                await RestAsync();
            }
            catch (Exception error)
            {
                if (!_hasFailed)
                {
                    _hasFailed = true;
                    LogFailed(_logger, error);
                }

                await RestAsync();
            }
        }
    }

    private async Task RestAsync() =>
        await Task.Delay(Rest, _stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task ServeAsync(Socket link)
    {
        if (_trust.RefusalOf(link.SafeHandle) is { } reason)
        {
            LogRefused(_logger, reason);
            return;
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        within.CancelAfter(_linkWithin);
        while (await ConnectionLink.TryTakeAsync(link, TryKeep, within.Token)) { }
    }

    private bool TryKeep(MovingConnection connection)
    {
        var isKept = _arrived.TryAdd(connection, _clock.Now());
        if (!isKept)
        {
            LogRefused(_logger, "There are too many, or one of this name.");
        }

        return isKept;
    }

    [LoggerMessage(
        3641,
        LogLevel.Warning,
        "Edges of this machine cannot give TCP connections to this one: {Reason}"
    )]
    private static partial void LogClosed(ILogger logger, string reason);

    [LoggerMessage(
        3642,
        LogLevel.Warning,
        "TCP connections of another process of this machine were not taken: {Reason}"
    )]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(
        3643,
        LogLevel.Error,
        "An error of ours while TCP connections of another process of this machine were taken: that goes on, and further ones are not logged."
    )]
    private static partial void LogFailed(ILogger logger, Exception error);
}
