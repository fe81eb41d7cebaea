using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Primitives;
using TcpListener = Edge.Native.Sockets.TcpListener;

namespace Edge.Node.Front;

/// <summary>An edge that has the front now, and whose listeners this one has been given (<see cref="FrontSuccession"/>).</summary>
/// <remarks>Threads: one at a time.</remarks>
internal sealed class FrontPredecessor : IDisposable
{
    /// <summary>How long it may take to give its listeners. Chosen: it looks every second.</summary>
    private const int GiveWithinMs = 5000;

    private readonly Socket _link;
    private readonly List<TcpListener> _given;

    private FrontPredecessor(Socket link, List<TcpListener> given)
    {
        _link = link;
        _given = given;
    }

    /// <summary>Finds the one at a path; null when there is none, or it gives nothing.</summary>
    public static FrontPredecessor? Find(string path)
    {
        var link = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var given = new List<TcpListener>();
        try
        {
            link.Connect(new UnixDomainSocketEndPoint(path));
            if (TryTake(link, given))
            {
                return new FrontPredecessor(link, given);
            }
        }
        catch (SocketException)
        {
            // Nobody is there: the usual case of a start.
            given.Clear();
        }

        given.ForEach(listener => listener.Dispose());
        link.Dispose();
        return null;
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

    private static bool TryTake(Socket link, List<TcpListener> given)
    {
        while (given.Count <= FrontOptions.AddressesMax)
        {
            if (
                !link.Poll(GiveWithinMs * 1000, SelectMode.SelectRead)
                || link.Available == 0
                || SocketHandOver.Take(link.SafeHandle, out var taken) != SystemError.None
            )
            {
                return false;
            }

            if (taken is null)
            {
                return given.Count > 0;
            }

            given.Add(TcpListener.Adopt(taken));
            taken.Dispose();
        }

        return false;
    }
}
