using System.Net;
using System.Net.Sockets;
using Edge.Primitives;

namespace Edge.Benchmarks.Sending;

/// <summary>A call for each run: <c>send</c> on sockets that are connected, else <c>sendto</c>.</summary>
internal sealed class SocketWay : ISendWay
{
    /// <summary>UDP_SEGMENT of udp(7), which .NET has no name for: the kernel cuts all that the socket sends.</summary>
    private const int OptionUdpSegment = 103;

    private readonly byte[] _run;
    private readonly SocketAddress[] _destinations;
    private readonly Socket[] _sockets;
    private readonly bool _isConnected;

    public SocketWay(NetworkAddress[] destinations, int run, SocketUse use)
    {
        _run = new byte[run * Datagrams.Bytes];
        var ends = Array.ConvertAll(
            destinations,
            to => new IPEndPoint(IPAddress.Loopback, to.Port)
        );
        _destinations = Array.ConvertAll(ends, end => end.Serialize());
        _sockets = new Socket[use == SocketUse.OneForAll ? 1 : ends.Length];
        _isConnected = use == SocketUse.Connected;
        for (var index = 0; index < _sockets.Length; index++)
        {
            _sockets[index] = Open(run);
            if (_isConnected)
            {
                _sockets[index].Connect(ends[index]);
            }
        }
    }

    public void Send(int runs)
    {
        for (var index = 0; index < runs; index++)
        {
            for (var to = 0; to < _destinations.Length; to++)
            {
                var socket = _sockets[to % _sockets.Length];
                _ = _isConnected
                    ? socket.Send(_run, SocketFlags.None)
                    : socket.SendTo(_run, SocketFlags.None, _destinations[to]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static Socket Open(int run)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (run > 1)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(bytes, Datagrams.Bytes);
            socket.SetRawSocketOption((int)SocketOptionLevel.Udp, OptionUdpSegment, bytes);
        }

        return socket;
    }
}
