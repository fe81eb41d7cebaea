using System.Collections.Immutable;
using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Primitives;
using Microsoft.Extensions.Logging;
using TcpListener = Edge.Native.Sockets.TcpListener;

namespace Edge.Node.Front;

/// <summary>An edge that has the front now, and whose listeners this one has been given (<see cref="FrontSuccession"/>).</summary>
/// <remarks>Threads: one at a time.</remarks>
internal sealed partial class FrontPredecessor : IDisposable
{
    /// <summary>How long it may take to give its listeners. Chosen: it looks every second.</summary>
    private const int GiveWithinMs = 5000;

    /// <summary>How long it may take to be reached. Chosen: one that runs takes from its queue every second, and one that hangs
    /// must not keep this one from starting.</summary>
    private static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(1);

    private readonly Socket _link;
    private readonly List<TcpListener> _given = [];

    private FrontPredecessor(Socket link) => _link = link;

    /// <summary>Finds the one at a path; null when there is none, or when it is as if there were none: it cannot be reached, it is
    /// not to be believed, or it gives nothing that is wanted.</summary>
    /// <param name="path">Where edges meet.</param>
    /// <param name="addresses">What is wanted.</param>
    /// <param name="trust">Who is believed.</param>
    /// <param name="logger">Is told why not.</param>
    public static FrontPredecessor? Find(
        string path,
        ImmutableArray<NetworkAddress> addresses,
        FrontTrust trust,
        ILogger logger
    )
    {
        var error = new SocketHandOver(path).TryConnect(ReachWithin, out var link);
        if (error is SystemError.NoSuchFile or SystemError.ConnectionRefused)
        {
            // Nobody is there: the usual case of a start.
            return null;
        }

        if (error != SystemError.None)
        {
            LogNone(logger, path, $"It cannot be reached ({error}).");
            return null;
        }

        var found = new FrontPredecessor(new Socket(link!));
        if (found.RefusalOf(addresses, trust) is { } reason)
        {
            found.Dispose();
            LogNone(logger, path, reason);
            return null;
        }

        return found;
    }

    /// <summary>Takes the listener of an address, which is the caller's then; null when it has none.</summary>
    public TcpListener? Take(NetworkAddress address)
    {
        var listener = _given.Find(each => each.Local == address);
        _ = listener is not null && _given.Remove(listener);
        return listener;
    }

    /// <summary>Waits until it takes no more connections; false when it still does.</summary>
    public bool HasLeft(int waitMs) => FrontSuccession.HasEnded(_link, waitMs);

    /// <summary>Lets go of it, and of those of its listeners that nobody took.</summary>
    public void Dispose()
    {
        _given.ForEach(listener => listener.Dispose());
        _given.Clear();
        _link.Dispose();
    }

    /// <summary>Takes what it gives; says why it is none to wait for, null when it is one.</summary>
    private string? RefusalOf(ImmutableArray<NetworkAddress> addresses, FrontTrust trust)
    {
        if (trust.RefusalOf(_link.SafeHandle) is { } reason)
        {
            return reason;
        }

        if (!TryTake())
        {
            return "It gives no listeners, or has given them to another edge.";
        }

        // Who has none of these has nothing of which it could let go.
        return _given.Exists(listener => addresses.Contains(listener.Local))
            ? null
            : "It has none of this edge's addresses.";
    }

    private bool TryTake()
    {
        try
        {
            while (_given.Count <= FrontOptions.AddressesMax)
            {
                if (
                    !_link.Poll(GiveWithinMs * 1000, SelectMode.SelectRead)
                    || _link.Available == 0
                    || SocketHandOver.Take(_link.SafeHandle, out var taken) != SystemError.None
                )
                {
                    return false;
                }

                if (taken is null)
                {
                    return _given.Count > 0;
                }

                _given.Add(TcpListener.Adopt(taken));
                taken.Dispose();
            }
        }
        catch (SocketException)
        {
            // It has ended meanwhile, which is as if it gave nothing.
        }

        return false;
    }

    [LoggerMessage(
        3505,
        LogLevel.Warning,
        "The front's listeners are not taken from who is at {Path}: {Reason} This edge opens its own and takes connections at once."
    )]
    private static partial void LogNone(ILogger logger, string path, string reason);
}
