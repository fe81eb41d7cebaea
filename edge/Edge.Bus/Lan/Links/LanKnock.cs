using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Edge.Bus.Lan.Handshakes;

namespace Edge.Bus.Lan.Links;

/// <summary>Says to a peer whose part it is to connect that this process is there: it has been trying in vain, and would wait
/// before it tries again.</summary>
internal static class LanKnock
{
    /// <summary>How long it may take to reach the peer, and how long to be heard. Chosen: as a dialler waits.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMilliseconds(500);

    /// <summary>Knocks, and waits until the peer has heard it. What it is for may fail: the peer tries by itself, too.</summary>
    /// <returns>False when nobody is there.</returns>
    internal static bool TryKnock(LanHub hub, string peer, IPEndPoint address)
    {
        try
        {
            using var socket = new Socket(
                address.AddressFamily,
                SocketType.Stream,
                ProtocolType.Tcp
            )
            {
                NoDelay = true,
                // Bounds connecting as well (socket(7), SO_SNDTIMEO).
                SendTimeout = (int)Within.TotalMilliseconds,
                ReceiveTimeout = (int)Within.TotalMilliseconds,
            };
            socket.Connect(address);
            return !LanDialler.IsConnectedWithItself(socket) && IsHeard(socket, hub, peer);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says hello, which is answered by no more than the end of the connection.</summary>
    private static bool IsHeard(Socket socket, LanHub hub, string peer)
    {
        Span<byte> nonce = stackalloc byte[Envelope.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        // One key does, though the peer may have the other one alone: it then comes when it tries.
        var handshake = new DiallerHandshake(hub.Self, peer, hub.Options.Keys[0], nonce);
        socket.Send(handshake.Hello, SocketFlags.None);
        Span<byte> end = stackalloc byte[1];
        _ = socket.Receive(end, SocketFlags.None, out _);
        return true;
    }
}
