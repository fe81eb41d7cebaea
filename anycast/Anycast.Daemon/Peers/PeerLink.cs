using System.Net;
using System.Net.Sockets;
using Anycast.Daemon.Settings;
using Anycast.Health.Peers;

namespace Anycast.Daemon.Peers;

/// <summary>Heartbeats to and from the other nodes of the PoP, by UDP on the LAN.</summary>
/// <remarks>Threads: <see cref="Send"/> and <see cref="TryReceive"/> of one owner, who looks once a round; what
/// comes meanwhile waits in the socket, which is bounded by the kernel.</remarks>
internal sealed class PeerLink : IDisposable
{
    // Chosen: of 64 peers that send once a round, four times as much as they can have sent.
    private const int ReceivedPerRoundMax = 4 * PeerTable.PeersMax;

    // Chosen: above what the kernel's default buffer of some 200 KB holds of datagrams this small.
    private const int SkippedMax = 4096;

    private readonly Socket _socket;
    private readonly PeerSettings _settings;
    private readonly string _node;
    private readonly byte[][] _keys;
    private readonly HeartbeatOrder _order = new();
    private readonly byte[] _buffer = new byte[HeartbeatCodec.BytesMax + 1];
    private readonly long _epoch;
    private readonly SocketAddress _source;
    private long _number;
    private int _receivedThisRound;

    /// <summary>Listens.</summary>
    /// <exception cref="SocketException">The address is in use or not of this machine.</exception>
    public PeerLink(PeerSettings settings, string node, TimeProvider time)
    {
        _settings = settings;
        _node = node;
        _keys = [.. settings.Keys.Select(key => HeartbeatCodec.DeriveKey(key.Bytes.AsSpan()))];
        _epoch = time.GetUtcNow().ToUnixTimeMilliseconds();
        _socket = new(settings.Listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _source = new SocketAddress(settings.Listen.AddressFamily);
        try
        {
            _socket.Bind(settings.Listen);
            _socket.Blocking = false;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Datagrams that were no heartbeat of a known peer, or an old one.</summary>
    public long Refused { get; private set; }

    /// <summary>Datagrams that were too old when this process came to take them.</summary>
    public long Skipped { get; private set; }

    /// <summary>Tells every other node. One that cannot be reached hears the next one.</summary>
    public void Send(PeerReport report)
    {
        _receivedThisRound = 0;
        var heartbeat = new Heartbeat(_node, _epoch, ++_number, report);
        Span<byte> datagram = stackalloc byte[HeartbeatCodec.BytesMax];
        var length = HeartbeatCodec.Write(in heartbeat, _keys[0], datagram);
        foreach (var other in _settings.Others)
        {
            try
            {
                _socket.SendTo(datagram[..length], SocketFlags.None, other.Address);
            }
            catch (SocketException)
            {
                // Nobody listens there now, or there is no way: to them this node is silent.
            }
        }
    }

    /// <summary>Takes what another node said; false when nothing more is there.</summary>
    public bool TryReceive(out Heartbeat heartbeat)
    {
        while (_receivedThisRound++ < ReceivedPerRoundMax && TryRead(out var length))
        {
            if (IsNew(_buffer.AsSpan(0, length), out heartbeat))
            {
                return true;
            }

            Refused++;
        }

        heartbeat = default;
        return false;
    }

    /// <summary>Takes what waits, and forgets it. Bounded: others send meanwhile.</summary>
    public void SkipWaiting()
    {
        for (var skipped = 0; skipped < SkippedMax && TryRead(out _); skipped++)
        {
            Skipped++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TryRead(out int length)
    {
        length = 0;
        try
        {
            if (_socket.Available == 0)
            {
                return false;
            }

            length = _socket.ReceiveFrom(_buffer, SocketFlags.None, _source);
            return true;
        }
        catch (SocketException)
        {
            // A peer's port was closed when it was last sent to; or a datagram longer than any heartbeat.
            return false;
        }
    }

    private bool IsNew(ReadOnlySpan<byte> datagram, out Heartbeat heartbeat)
    {
        heartbeat = default;
        foreach (var key in _keys)
        {
            if (HeartbeatCodec.TryParse(datagram, key, out heartbeat) == HeartbeatParseError.None)
            {
                return IsKnown(heartbeat.Node) && _order.TryTake(in heartbeat);
            }
        }

        return false;
    }

    private bool IsKnown(string node)
    {
        foreach (var other in _settings.Others)
        {
            if (string.Equals(other.Node, node, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
