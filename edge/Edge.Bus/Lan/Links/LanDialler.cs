using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>Makes one connection with one peer: connects, shakes hands, and waits for each step on the calling
/// thread.</summary>
internal sealed class LanDialler(LanHub hub, string peer, LanKey key, Func<bool> isStopped)
{
    /// <summary>How long to wait for the other side to take the connection. Chosen: a hundred round trips of the slowest
    /// LAN, and less than what the first repeated SYN takes: then a new try is the same.</summary>
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to wait for an answer. Chosen: as the acceptor does (<see cref="HalfOpen"/>).</summary>
    private static readonly TimeSpan AnswerWithin = HalfOpen.Within;

    /// <summary>How often a wait for an answer looks whether it has become pointless.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes the connection.</summary>
    /// <returns>None when it is made; else why it could not be.</returns>
    internal LanEnd Dial(IPEndPoint address, out LanConnection? connection)
    {
        connection = null;
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            if (address.Address.IsIPv4MappedToIPv6)
            {
                socket.DualMode = true;
            }

            Connect(socket, address);
            return IsConnectedWithItself(socket)
                ? LanEnd.Unreachable
                : Shake(socket, out connection);
        }
        catch (SocketException)
        {
            return LanEnd.Unreachable;
        }
        finally
        {
            if (connection is null)
            {
                socket?.Dispose();
            }
        }
    }

    private static void Connect(Socket socket, IPEndPoint address)
    {
        // Linux bounds the connecting of a socket by this as well (socket(7), SO_SNDTIMEO).
        socket.SendTimeout = (int)ConnectWithin.TotalMilliseconds;
        socket.Connect(address);
    }

    /// <summary>A port of this machine that nobody listens on may be drawn for the near end as well: TCP then connects
    /// it with itself.</summary>
    internal static bool IsConnectedWithItself(Socket socket)
    {
        if (!Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
        {
            return false;
        }

        // Closed without a trace, or the port would be taken for a minute.
        socket.LingerState = new(enable: true, seconds: 0);
        return true;
    }

    private LanEnd Shake(Socket socket, out LanConnection? connection)
    {
        connection = null;
        Span<byte> nonce = stackalloc byte[Envelope.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        var handshake = new DiallerHandshake(hub.Self, peer, key, nonce);
        if (!TrySend(socket, handshake.Hello))
        {
            return LanEnd.Refused;
        }

        Span<byte> answer = stackalloc byte[Envelope.BytesMax];
        var end = Receive(socket, answer[..Envelope.HeaderBytes]);
        if (end != LanEnd.None)
        {
            return end;
        }

        var error = Envelope.TryReadLength(
            answer[..Envelope.HeaderBytes],
            Envelope.Answer,
            out var answerBytes
        );
        if (error != HandshakeError.None)
        {
            return LanEnd.NotAuthentic;
        }

        end = Receive(socket, answer[Envelope.HeaderBytes..answerBytes]);
        if (end != LanEnd.None)
        {
            return end;
        }

        error = handshake.HandleAnswer(answer[..answerBytes], out var secrets);
        if (error != HandshakeError.None)
        {
            return error == HandshakeError.VersionMismatch
                ? LanEnd.VersionMismatch
                : LanEnd.NotAuthentic;
        }

        return Confirm(socket, secrets!, out connection);
    }

    /// <summary>Proves this side by a first record, which has no frames.</summary>
    private LanEnd Confirm(Socket socket, SessionSecrets secrets, out LanConnection? connection)
    {
        connection = null;
        var sealer = new RecordSealer(new(secrets.Sending));
        Span<byte> record = stackalloc byte[RecordFormat.OverheadBytes];
        sealer.TrySeal(record);
        if (!TrySend(socket, record))
        {
            sealer.Dispose();
            return LanEnd.Lost;
        }

        connection = new(secrets.Peer, socket, (sealer, new(new(secrets.Receiving))), hub);
        return LanEnd.None;
    }

    // What a handshake sends fits into any socket's buffer.
    private static bool TrySend(Socket socket, ReadOnlySpan<byte> bytes) =>
        socket.Send(bytes, SocketFlags.None, out var error) == bytes.Length
        && error == SocketError.Success;

    private LanEnd Receive(Socket socket, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (!WaitReadable(socket))
            {
                return LanEnd.HandshakeTimedOut;
            }

            var count = socket.Receive(destination, SocketFlags.None, out var error);
            if (error != SocketError.Success || count == 0)
            {
                return LanEnd.Refused;
            }

            destination = destination[count..];
        }

        return LanEnd.None;
    }

    private bool WaitReadable(Socket socket)
    {
        for (var waited = TimeSpan.Zero; waited < AnswerWithin; waited += LookEvery)
        {
            if (isStopped())
            {
                return false;
            }

            if (socket.Poll(LookEvery, SelectMode.SelectRead))
            {
                return true;
            }
        }

        return false;
    }
}
