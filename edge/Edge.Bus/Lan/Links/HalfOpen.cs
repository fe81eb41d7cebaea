using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>A connection that came in and has not proved yet that it is of the PoP.</summary>
/// <remarks>
/// <code>
///  Hello --- whole, authentic, of a peer: answered ---> Confirm --- first record authentic ---> Proved
///    |                                                     |
///    +- of a peer that has to be connected to --> Heard    |
///    +------------ anything else, or too late -------------+--> Refused
/// </code>
/// Threads: one owner.
/// </remarks>
internal sealed class HalfOpen(Socket socket, LanHub hub) : IDisposable
{
    /// <summary>How long all of it may take. Chosen: thousands of times what a LAN needs, for the process on the other
    /// side may be busy starting.</summary>
    internal static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    private readonly long _beganAt = Stopwatch.GetTimestamp();
    private readonly byte[] _message = new byte[Envelope.BytesMax];
    private int _filled;
    private int _wanted = Envelope.HeaderBytes;
    private SessionSecrets? _secrets;
    private RecordOpener? _opener;
    private string _peer = "";

    /// <summary>How far it has come.</summary>
    internal HalfOpenState State { get; private set; } = HalfOpenState.Hello;

    /// <summary>Its socket.</summary>
    internal Socket Socket => socket;

    /// <summary>Whether it has had all the time there is.</summary>
    internal bool IsTooLate => Stopwatch.GetElapsedTime(_beganAt) > Within;

    /// <summary>Takes what has come, once the socket is readable. Reads no further than the first record.</summary>
    internal void HandleReadable()
    {
        var count = socket.Receive(
            _message.AsSpan(_filled.._wanted),
            SocketFlags.None,
            out var error
        );
        if (error != SocketError.Success || count == 0)
        {
            State = HalfOpenState.Refused;
            return;
        }

        _filled += count;
        if (_filled == _wanted)
        {
            State = State == HalfOpenState.Hello ? HandleHello() : HandleConfirm();
        }
    }

    /// <summary>Makes the connection of one that is proved; the socket goes over to it.</summary>
    internal LanConnection CreateConnection()
    {
        var opener = _opener!;
        _opener = null;
        return new(_secrets!.Peer, socket, (new(new(_secrets.Sending)), opener), hub);
    }

    /// <summary>Closes one that is not proved.</summary>
    public void Dispose()
    {
        _opener?.Dispose();
        socket.Dispose();
    }

    private HalfOpenState HandleHello()
    {
        var message = _message.AsSpan(0, _filled);
        if (
            Envelope.TryReadLength(message, Envelope.Hello, out var lengthBytes)
            != HandshakeError.None
        )
        {
            return HalfOpenState.Refused;
        }

        if (_filled < lengthBytes)
        {
            _wanted = lengthBytes;
            return HalfOpenState.Hello;
        }

        Span<byte> nonce = stackalloc byte[Envelope.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        var handshake = new AcceptorHandshake(hub.Self, hub.Options.Keys);
        var error = handshake.HandleHello(message, nonce, out _peer, out _secrets);
        if (error == HandshakeError.Knock)
        {
            return hub.Roster.TryWake(_peer) ? HalfOpenState.Heard : HalfOpenState.Refused;
        }

        var isAnswered =
            error is HandshakeError.None or HandshakeError.VersionMismatch
            && hub.Roster.IsPeer(_peer)
            && socket.Send(handshake.Answer, SocketFlags.None, out var sendError)
                == handshake.Answer.Length
            && sendError == SocketError.Success;
        if (!isAnswered || _secrets is null)
        {
            return HalfOpenState.Refused;
        }

        _opener = new(new(_secrets.Receiving));
        _filled = 0;
        _wanted = RecordFormat.OverheadBytes;
        return HalfOpenState.Confirm;
    }

    private HalfOpenState HandleConfirm()
    {
        var record = _message.AsSpan(0, _filled);
        return
            RecordOpener.TryReadLength(record, out var lengthBytes)
            && lengthBytes == record.Length
            && _opener!.TryOpen(record, out _)
            ? HalfOpenState.Proved
            : HalfOpenState.Refused;
    }
}
