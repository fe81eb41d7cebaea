using System.Net;
using System.Net.Sockets;

namespace Edge.Processes;

/// <summary>Ports for programs that want to be told theirs.</summary>
public static class FreePorts
{
    /// <summary>A UDP port of loopback that nothing uses now.</summary>
    public static int Udp()
    {
        using var socket = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Dgram,
            ProtocolType.Udp
        );
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A TCP port of loopback that nothing uses now.</summary>
    public static int Tcp()
    {
        using var socket = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
