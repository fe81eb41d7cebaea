using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Edge.Processes;

/// <summary>Ports for programs that want to be told theirs: each is given once, and stays free until it is
/// used, also by a program that starts again.</summary>
/// <remarks>They lie below those that the kernel gives to outgoing connections and to whoever asks for any (32768 and
/// up unless it is told otherwise): such a one is soon somebody else's.</remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_768;

    // Tests of other projects run beside these and begin elsewhere.
    private static int _last = RandomNumberGenerator.GetInt32(Count);

    /// <summary>A UDP port of loopback that nothing uses now.</summary>
    public static int Udp() => Next(SocketType.Dgram, ProtocolType.Udp);

    /// <summary>A TCP port of loopback that nothing uses now.</summary>
    public static int Tcp() => Next(SocketType.Stream, ProtocolType.Tcp);

    /// <summary>A port of loopback that nothing uses now, neither by TCP nor by UDP.</summary>
    public static int TcpAndUdp()
    {
        var port = Tcp();
        while (!IsFree(SocketType.Dgram, ProtocolType.Udp, port))
        {
            port = Tcp();
        }

        return port;
    }

    private static int Next(SocketType type, ProtocolType protocol)
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var place = unchecked((uint)Interlocked.Increment(ref _last)) % Count;
            var port = First + (int)place;
            if (IsFree(type, protocol, port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"All of {Count} ports from {First} are in use.");
    }

    private static bool IsFree(SocketType type, ProtocolType protocol, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
