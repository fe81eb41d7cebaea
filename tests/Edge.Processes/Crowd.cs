using System.Net;
using System.Net.Sockets;

namespace Edge.Processes;

/// <summary>Many connections of strangers, from many addresses of loopback.</summary>
public sealed class Crowd : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Dials a port; returns once all were connected. The server may have ended some of them already.</summary>
    public static Crowd Dial(int count, int port, int addresses = 250)
    {
        var crowd = new Crowd();
        var server = new IPEndPoint(IPAddress.Loopback, port);
        for (var place = 0; place < count; place++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 2, (byte)(place % addresses)]), 0));
            crowd._sockets.Add(socket);
            try
            {
                socket.Connect(server);
            }
            catch (SocketException error)
                when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Taken, and reset before the system said that it is connected.
            }

            socket.Blocking = false;
        }

        return crowd;
    }

    /// <summary>Has each of them send a byte; whose connection is over does nothing.</summary>
    public void Speak(byte value) =>
        _sockets.ForEach(socket => socket.Send([value], SocketFlags.None, out _));

    /// <summary>How many are not closed by the server.</summary>
    public int CountOpen()
    {
        var buffer = new byte[1];
        var open = 0;
        foreach (var socket in _sockets)
        {
            socket.Receive(buffer, 0, 1, SocketFlags.None, out var error);
            open += error == SocketError.WouldBlock ? 1 : 0;
        }

        return open;
    }

    /// <summary>Ends all of them.</summary>
    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
