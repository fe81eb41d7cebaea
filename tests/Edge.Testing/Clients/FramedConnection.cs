using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Wire.Framing;

namespace Edge.Testing.Clients;

/// <summary>A client's TCP connection to a server: packets in and out, each behind its length (RFC 4571).</summary>
/// <remarks>Never blocks: what finds no room waits, up to a bound.</remarks>
public sealed class FramedConnection : IDisposable
{
    /// <summary>Bytes that wait for room at most; then packets are dropped.</summary>
    private const int WaitingMax = 1 << 20;

    private readonly byte[] _incoming = new byte[128 * 1024];
    private readonly byte[] _outgoing = GC.AllocateArray<byte>(WaitingMax, pinned: true);
    private readonly GatherBatch _batch = new(capacity: 1);
    private readonly TcpSocket _socket;
    private int _incomingStart;
    private int _incomingEnd;
    private int _outgoingEnd;

    /// <summary>Begins to dial.</summary>
    /// <param name="server">The server.</param>
    /// <param name="receiveBufferBytes">What the kernel keeps for it that is not read, about; 0 for the usual.</param>
    public FramedConnection(NetworkAddress server, int receiveBufferBytes = 0)
    {
        Server = server;
        var error = TcpSocket.TryConnect(server, out var socket, receiveBufferBytes);
        _socket = socket ?? throw new TestingException($"No connection to {server}: {error}");
    }

    /// <summary>The server's address.</summary>
    public NetworkAddress Server { get; }

    /// <summary>Whether the server has ended it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes of what waits that are not sent before more comes: what has arrived ends in the middle of a frame then.
    /// Default 0.</summary>
    public int HeldBackBytes { get; set; }

    /// <summary>Takes the next packet that came; valid until the next call. False when none has come whole.</summary>
    public bool TryReceive(out Span<byte> packet)
    {
        if (TryRead(out packet))
        {
            return true;
        }

        _incoming.AsSpan(_incomingStart, _incomingEnd - _incomingStart).CopyTo(_incoming);
        _incomingEnd -= _incomingStart;
        _incomingStart = 0;
        var error = _socket.Receive(_incoming.AsSpan(_incomingEnd), out var length);
        IsOver |= error != SystemError.WouldBlock && length == 0;
        _incomingEnd += length;
        return TryRead(out packet);
    }

    /// <summary>Sends a packet, behind what waits.</summary>
    public void Send(ReadOnlySpan<byte> packet)
    {
        _outgoingEnd += StreamFrame.Write(_outgoing.AsSpan(_outgoingEnd), packet);
        Flush();
    }

    /// <summary>Sends bytes without a length.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_outgoing.AsSpan(_outgoingEnd));
        _outgoingEnd += bytes.Length;
        Flush();
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Flush()
    {
        if (_outgoingEnd <= HeldBackBytes)
        {
            return;
        }

        _batch.Add(_outgoing.AsSpan(0, _outgoingEnd - HeldBackBytes));
        var error = _socket.Send(_batch, out var sent);
        IsOver |= error is not (SystemError.None or SystemError.WouldBlock);
        _outgoing.AsSpan(sent, _outgoingEnd - sent).CopyTo(_outgoing);
        _outgoingEnd -= sent;
    }

    /// <summary>Ends it without a word, as a firewall does.</summary>
    public void Reset() => _socket.Abort();

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TryRead(out Span<byte> packet)
    {
        packet = default;
        var bytes = _incoming.AsSpan(_incomingStart, _incomingEnd - _incomingStart);
        var status = StreamFrame.Read(
            bytes,
            StreamFrame.PacketBytesMax,
            out var read,
            out var consumed
        );
        if (status != StreamFrameStatus.Complete)
        {
            return false;
        }

        packet = bytes.Slice(StreamFrame.HeaderBytes, read.Length);
        _incomingStart += consumed;
        return true;
    }
}
