using System.Diagnostics.CodeAnalysis;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Wire.Framing;

namespace Edge.Node.Shards.Connections;

/// <summary>The TCP connections of a shard, by the slots that their numbers name.</summary>
/// <remarks>
/// Bounded: <see cref="CapacityOf"/> all together; of those that no session has answered on,
/// <see cref="StrangersMax"/>, where the oldest goes for a new one (rule R6), and
/// <see cref="StrangersOfSourceMax"/> of a source, where the new one is refused. Threads: the shard's.
/// </remarks>
internal sealed class ConnectionTable
{
    /// <summary>Most connections before their first authentic check. Chosen: with them an attacker of 1000
    /// addresses must dial more than 500 times a second to displace a client that answers in half a second.</summary>
    public const int StrangersMax = 256;

    /// <summary>Most of them of one IPv4 address or IPv6 /64. Chosen: an office behind one address whose people
    /// join at once, each with two interfaces.</summary>
    public const int StrangersOfSourceMax = 32;

    /// <summary>Part of the pool's slots that may wait for room, all connections together: one in so many.
    /// Chosen: the rest is for caches and for what comes in; in a usual pool it is the whole bound of 21 connections,
    /// or 0.15 s of 250 viewers of 1.5 Mbit/s whose networks all stop at once.</summary>
    private const int WaitingPart = 4;

    /// <summary>The longest packet that is taken: with its length it fits a slot.</summary>
    public const int PacketBytesMax = PacketPool.SlotBytes - StreamFrame.HeaderBytes;

    /// <summary>Bytes read at once. Chosen: a receive batch of datagrams of 512 bytes; one connection delays the
    /// others by no more than that.</summary>
    private const int ReadBytes = 32 * 1024;

    private readonly byte[] _read = new byte[PacketPool.SlotBytes + ReadBytes];
    private readonly int _shard;
    private readonly PacketPool[] _pools;
    private readonly PacketPool _pool;
    private readonly ClientConnection?[] _connections;
    private readonly uint[] _generations;
    private readonly Stack<int> _free;
    private readonly Dictionary<NetworkAddress, int> _strangersBySource = [];
    private int _waiting;

    /// <summary>Makes an empty table.</summary>
    public ConnectionTable(int shard, PacketPool[] pools, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ConnectionNumber.SlotsMax);
        _shard = shard;
        _pools = pools;
        _pool = pools[shard];
        _connections = new ClientConnection?[capacity];
        _generations = new uint[capacity];
        _free = new Stack<int>(capacity);
        for (var slot = capacity - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }
    }

    /// <summary>How many are open.</summary>
    public int Count => _connections.Length - _free.Count;

    /// <summary>How many of them no session has answered on.</summary>
    public int Strangers { get; private set; }

    /// <summary>The table's slots, null where there is none.</summary>
    public ReadOnlySpan<ClientConnection?> All => _connections;

    /// <summary>How many connections a shard may have.</summary>
    /// <param name="ofNode">Most of the node.</param>
    /// <param name="descriptors">Descriptors that the process may have: half of them are for others.</param>
    /// <param name="shards">Shards of the node.</param>
    public static int CapacityOf(int ofNode, int descriptors, int shards) =>
        Math.Clamp(Math.Min(ofNode, descriptors / 2) / shards, 1, ConnectionNumber.SlotsMax);

    /// <summary>The connection of a slot; null when there is none.</summary>
    [HotPath]
    public ClientConnection? At(int slot) => _connections[slot];

    /// <summary>The connection of a number; false when it is over.</summary>
    [HotPath]
    public bool TryFind(uint number, [NotNullWhen(true)] out ClientConnection? connection)
    {
        var slot = ConnectionNumber.SlotOf(number);
        connection = slot < _connections.Length ? _connections[slot] : null;
        return connection is not null && connection.Remote.Connection == number;
    }

    /// <summary>Puts a frame behind what waits for a connection; its claim is the table's from now on. False when
    /// there is no place, or it would come too late.</summary>
    [HotPath]
    public bool TryQueue(
        ClientConnection connection,
        PacketHandle handle,
        int length,
        bool isMedia,
        Instant now
    )
    {
        // What waits for the end of the turn only passes through: who is slow must not cost others their place.
        var mayWait = !connection.IsBlocked || _waiting < _pool.Slots / WaitingPart;
        if (
            !mayWait
            || (isMedia && connection.Queue.IsTooLong(now))
            || !connection.Queue.TryAdd(handle, length, now)
        )
        {
            return false;
        }

        _waiting++;
        return true;
    }

    /// <summary>Lets go of bytes that were sent; returns how many frames are gone.</summary>
    [HotPath]
    public int Unqueue(ClientConnection connection, int bytes)
    {
        var frames = connection.Queue.Remove(bytes);
        _waiting -= frames;
        return frames;
    }

    /// <summary>Whether there is room for no other connection.</summary>
    public bool IsFull => _free.Count == 0;

    /// <summary>Whether a stranger's connection has to be refused.</summary>
    public bool Refuses(in NetworkAddress remote) =>
        IsFull || _strangersBySource.GetValueOrDefault(SourceOf(remote)) >= StrangersOfSourceMax;

    /// <summary>Adds a connection that is not refused; the socket is the table's from now on.</summary>
    public ClientConnection Add(TcpSocket socket, Instant now)
    {
        var slot = _free.Pop();
        var last = _generations[slot];
        _generations[slot] = last == ConnectionNumber.GenerationMax ? 1 : last + 1;
        var number = ConnectionNumber.Compose(_shard, slot, _generations[slot]);
        var connection = new ClientConnection(socket, number, _pools, now);
        _connections[slot] = connection;
        CountStranger(connection, 1);
        return connection;
    }

    /// <summary>The stranger who waits longest, when there are as many as there may be; else null.</summary>
    public ClientConnection? FindDisplaced()
    {
        if (Strangers < StrangersMax)
        {
            return null;
        }

        ClientConnection? oldest = null;
        foreach (var connection in _connections)
        {
            if (
                connection is { IsEstablished: false }
                && (oldest is null || connection.AcceptedAt < oldest.AcceptedAt)
            )
            {
                oldest = connection;
            }
        }

        return oldest;
    }

    /// <summary>Notes that a session answered: the connection is no stranger's.</summary>
    public void Establish(ClientConnection connection)
    {
        if (!connection.IsEstablished)
        {
            CountStranger(connection, -1);
            connection.IsEstablished = true;
        }
    }

    /// <summary>Closes a connection and gives back what it holds. A stranger's is reset, so that many of them
    /// leave nothing behind.</summary>
    public void Remove(ClientConnection connection)
    {
        if (!connection.IsEstablished)
        {
            connection.Socket.Abort();
        }

        LetGo(connection);
        connection.Socket.Dispose();
    }

    /// <summary>Lets go of a connection without closing it: its socket is the caller's. What it has kept, and what waits in its
    /// queue, is gone.</summary>
    public void LetGo(ClientConnection connection)
    {
        if (!connection.IsEstablished)
        {
            CountStranger(connection, -1);
        }

        connection.IsOpen = false;
        _waiting -= connection.Queue.Count;
        connection.Queue.Clear();
        DropKept(connection);
        _connections[connection.Slot] = null;
        _free.Push(connection.Slot);
    }

    /// <summary>The beginning of a frame that a connection has kept.</summary>
    public ReadOnlySpan<byte> Kept(ClientConnection connection) =>
        connection.KeptBytes == 0 ? default : _pool.Slot(connection.Kept)[..connection.KeptBytes];

    /// <summary>Reads what a connection brought, behind what it had left over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="bytes">From the beginning of a frame; valid until the next call.</param>
    /// <returns>As <see cref="TcpSocket.Receive"/>, with an end by the client as
    /// <see cref="SystemError.ConnectionReset"/>.</returns>
    [HotPath]
    public SystemError Receive(ClientConnection connection, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var kept = connection.KeptBytes;
        var error = connection.Socket.Receive(_read.AsSpan(kept, ReadBytes), out var length);
        if (error != SystemError.None)
        {
            return error;
        }

        if (length == 0)
        {
            return SystemError.ConnectionReset;
        }

        if (kept > 0)
        {
            _pool.Slot(connection.Kept)[..kept].CopyTo(_read);
            DropKept(connection);
        }

        bytes = _read.AsSpan(0, kept + length);
        return SystemError.None;
    }

    /// <summary>Keeps the beginning of a frame; false when there is no slot for it.</summary>
    [HotPath]
    public bool TryKeep(ClientConnection connection, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return true;
        }

        if (!_pool.TryRent(out var handle))
        {
            return false;
        }

        bytes.CopyTo(_pool.Slot(handle));
        connection.Kept = handle;
        connection.KeptBytes = bytes.Length;
        return true;
    }

    private void DropKept(ClientConnection connection)
    {
        if (connection.KeptBytes > 0)
        {
            _pool.Release(connection.Kept);
            connection.Kept = PacketHandle.None;
            connection.KeptBytes = 0;
        }
    }

    private void CountStranger(ClientConnection connection, int change)
    {
        Strangers += change;
        var source = SourceOf(connection.Remote);
        var count = _strangersBySource.GetValueOrDefault(source) + change;
        if (count == 0)
        {
            _strangersBySource.Remove(source);
        }
        else
        {
            _strangersBySource[source] = count;
        }
    }

    /// <summary>Who an address belongs to: IPv4 as it is, of IPv6 what a site is given (RFC 4291 §2.5.4).</summary>
    internal static NetworkAddress SourceOf(in NetworkAddress remote)
    {
        Span<byte> bytes = stackalloc byte[16];
        remote.WriteIPv6(bytes);
        if (!remote.IsIPv4)
        {
            bytes[8..].Clear();
        }

        return NetworkAddress.FromIPv6(bytes, port: 0);
    }
}
