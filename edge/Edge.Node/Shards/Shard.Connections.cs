using System.Collections.Concurrent;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Shards.Connections;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.Framing;

namespace Edge.Node.Shards;

/// <content>Clients' TCP connections: accepted, read, written and ended. To sessions each is a flow.</content>
internal sealed partial class Shard
{
    /// <summary>Connections accepted in a turn; the rest waits for the next. Chosen: some 100 µs of it.</summary>
    private const int AcceptTurnMax = 16;

    /// <summary>Frames after which connections are sent on within a turn. Chosen: as many slots are held that way at
    /// most, and a viewer is sent several packets a call where there are few of them.</summary>
    private const int FramesDueMax = 256;

    /// <summary>Time until a client's first check is authentic. Chosen: the longest way there and back and a
    /// repeated segment or two.</summary>
    private static readonly TimeSpan StrangerWait = TimeSpan.FromSeconds(5);

    /// <summary>Time without a byte after which a connection is closed: that of consent (RFC 7675 §5.1).</summary>
    private static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(30);

    /// <summary>How often connections are looked at, and a listener that could not accept is asked again. Chosen:
    /// a fifth of the shortest time that is kept this way.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Connections that the front has given and nobody has taken. Chosen: what four turns take; a front that is
    /// flooded closes the rest itself.</summary>
    private const int GivenMax = 64;

    private readonly ConcurrentQueue<TcpSocket> _given = new();
    private readonly GatherBatch _gather = new();
    private readonly Queue<ClientConnection> _dueConnections = new();
    private Instant _sweepAt;
    private long _framesSent;
    private int _framesDue;
    private bool _mayAccept;

    /// <summary>Gives the shard a client's connection that was accepted elsewhere, with all it has sent still to be read; false
    /// when too many wait, or the shard has ended: then it stays the caller's. Threads: one.</summary>
    public bool TryGive(TcpSocket socket)
    {
        if (_given.Count >= GivenMax || _mailbox.IsClosed)
        {
            return false;
        }

        _given.Enqueue(socket);
        WakeIfAsleep();
        if (_mailbox.IsClosed)
        {
            AbortGiven();
        }

        return true;
    }

    /// <summary>Takes connections that wait; true when there may be more.</summary>
    [HotPath]
    private bool AcceptConnections(EpollReady ready, Instant now)
    {
        _mayAccept |= (ready & EpollReady.Listener) != EpollReady.None;
        if (now >= _sweepAt)
        {
            _sweepAt = now + SweepInterval;
            _mayAccept = true;
            Sweep(now);
        }

        var taken = 0;
        for (; taken < AcceptTurnMax && _given.TryDequeue(out var given); taken++)
        {
            Admit(given, now);
        }

        for (; _mayAccept && taken < AcceptTurnMax; taken++)
        {
            Accept(now);
        }

        return _mayAccept || !_given.IsEmpty;
    }

    private void AbortGiven()
    {
        while (_given.TryDequeue(out var socket))
        {
            socket.Abort();
        }
    }

    private void Accept(Instant now)
    {
        var error = _io.Accept(out var socket);
        if (error == SystemError.None)
        {
            Admit(socket!, now);
        }
        else if (error is not (SystemError.ConnectionAborted or SystemError.Interrupted))
        {
            // None waits, or none can be had: then the next sweep asks again.
            _mayAccept = false;
        }
    }

    private void Admit(TcpSocket socket, Instant now)
    {
        if (_connections.Refuses(socket.Remote))
        {
            Drop(ShardDrop.ConnectionRefused);
            socket.Abort();
            return;
        }

        if (_connections.FindDisplaced() is { } displaced)
        {
            Refuse(displaced, now);
        }

        _stats.Connections++;
        var connection = _connections.Add(socket, now);
        if (_io.Watch(socket, connection.Slot) != SystemError.None)
        {
            Refuse(connection, now);
        }
    }

    /// <summary>Reads from each connection that has something, and sends what waited for room.</summary>
    [HotPath]
    private void ServeConnections(Instant now)
    {
        foreach (var slot in _io.ReadyConnections)
        {
            // One that was closed meanwhile is nobody's; none is accepted before all are served.
            if (_connections.At(slot) is not { } connection)
            {
                continue;
            }

            if (connection.IsBlocked)
            {
                Send(connection, now);
            }

            if (connection.IsOpen)
            {
                Receive(connection, now);
            }
        }
    }

    [HotPath]
    private void Receive(ClientConnection connection, Instant now)
    {
        var error = _connections.Receive(connection, out var bytes);
        if (error == SystemError.WouldBlock)
        {
            return;
        }

        if (error != SystemError.None)
        {
            Lose(connection, now);
            return;
        }

        connection.HeardAt = now;
        TakeBytes(connection, bytes, now);
    }

    /// <summary>Takes whole frames and keeps what is left over.</summary>
    [HotPath]
    private void TakeBytes(ClientConnection connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        var status = StreamFrameStatus.Complete;
        while (connection.IsOpen && status == StreamFrameStatus.Complete)
        {
            status = StreamFrame.Read(
                bytes,
                ConnectionTable.PacketBytesMax,
                out var packet,
                out var consumed
            );
            bytes = bytes[consumed..];
            if (!packet.IsEmpty)
            {
                TakePacket(connection, packet, now);
            }
        }

        if (!connection.IsOpen)
        {
            return;
        }

        if (status == StreamFrameStatus.TooLong)
        {
            Drop(ShardDrop.Oversized);
            Refuse(connection, now);
        }
        else if (!_connections.TryKeep(connection, bytes))
        {
            // What is not kept cannot be asked for again; the client dials anew.
            HandleShortage(now);
            Lose(connection, now);
        }
    }

    /// <summary>Gives a packet to its session, as if it were a datagram. A stranger may only speak STUN that
    /// names a session.</summary>
    [HotPath]
    private void TakePacket(ClientConnection connection, ReadOnlySpan<byte> packet, Instant now)
    {
        _stats.Received++;
        if (
            !connection.IsEstablished
            && DatagramKinds.Classify(packet) is var kind and not DatagramKind.Stun
        )
        {
            Drop(ShardDrop.UnknownSource);
            Refuse(connection, now);
            return;
        }

        if (!_pools[Index].TryRent(out var handle))
        {
            HandleShortage(now);
            return;
        }

        packet.CopyTo(_pools[Index].Slot(handle));
        var arrival = new Arrival(
            connection.Remote,
            Local: default,
            handle,
            unchecked((ushort)packet.Length), // At most PacketBytesMax.
            now,
            unchecked((byte)Index)
        );
        if (Deliver(connection, arrival, now) != SlotFate.Gone)
        {
            Release(handle);
        }
    }

    [HotPath]
    private SlotFate Deliver(ClientConnection connection, in Arrival arrival, Instant now)
    {
        // A session with another server has a port of its own and is not reached here.
        if (!TryFindSession(arrival, out var session) || session.OwnSocket is not null)
        {
            if (!connection.IsEstablished)
            {
                Refuse(connection, now);
            }

            return SlotFate.Kept;
        }

        connection.Session = session;
        var owner = session.OwnerShard;
        return owner == Index ? Deliver(session, arrival, now) : HandOver(session, owner, arrival);
    }

    /// <summary>Takes what was written for a session into the next slot, to leave by a connection of whatever
    /// shard.</summary>
    [HotPath]
    private void CommitToConnection(
        Session session,
        int length,
        in NetworkAddress destination,
        Instant now
    )
    {
        if (!_pools[Index].TryRent(out var handle))
        {
            Drop(ShardDrop.NoSlot);
            return;
        }

        var frame = StreamFrame.Write(_pools[Index].Slot(handle), _io.NextSlot()[..length]);
        var reply = new ConnectionReply(
            session,
            destination,
            handle,
            unchecked((ushort)frame) // At most a slot.
        );
        var owner = ConnectionNumber.ShardOf(destination.Connection);
        if (frame == 0)
        {
            Drop(ShardDrop.SendRefused);
            Release(handle);
        }
        else if (owner == Index)
        {
            Enqueue(reply, now);
        }
        else if (_node.Mesh.Link(Index, owner).Replies.TryWrite(reply))
        {
            _wroteTo |= 1UL << owner;
        }
        else
        {
            Drop(ShardDrop.DatagramRingFull);
            Release(handle);
        }
    }

    [HotPath]
    private void TakeReplies(ShardLink link, Instant now)
    {
        for (var taken = 0; taken < RingTurnMax && link.Replies.TryRead(out var reply); taken++)
        {
            Enqueue(reply, now);
        }
    }

    /// <summary>Puts a frame behind what its connection has to send. That a session answers says that the
    /// client's check was authentic: nothing else makes one speak to an address.</summary>
    [HotPath]
    private void Enqueue(in ConnectionReply reply, Instant now)
    {
        if (!_connections.TryFind(reply.Destination.Connection, out var connection))
        {
            Release(reply.Handle);
            Drop(ShardDrop.ConnectionGone);
            Forget(reply.Session, reply.Destination);
            return;
        }

        _connections.Establish(connection);
        var packet = _pools[reply.Handle.Pool].Slot(reply.Handle)[
            StreamFrame.HeaderBytes..reply.Length
        ];
        var isMedia = DatagramKinds.Classify(packet) == DatagramKind.Rtp;
        if (!_connections.TryQueue(connection, reply.Handle, reply.Length, isMedia, now))
        {
            Release(reply.Handle);
            Drop(ShardDrop.ConnectionSlow);
            return;
        }

        if (!connection.IsDue && !connection.IsBlocked)
        {
            connection.IsDue = true;
            _dueConnections.Enqueue(connection);
        }

        if (++_framesDue >= FramesDueMax)
        {
            FlushConnections(now);
        }
    }

    /// <summary>Sends what this turn has written.</summary>
    [HotPath]
    private void FlushConnections(Instant now)
    {
        while (_dueConnections.TryDequeue(out var connection))
        {
            connection.IsDue = false;
            if (connection.IsOpen)
            {
                Send(connection, now);
            }
        }

        _framesDue = 0;
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    [HotPath]
    private void Send(ClientConnection connection, Instant now)
    {
        var error = SystemError.None;
        while (connection.Queue.Count > 0 && error == SystemError.None)
        {
            connection.Queue.Fill(_gather);
            error = connection.Socket.Send(_gather, out var sent);
            _framesSent += _connections.Unqueue(connection, sent);
        }

        var isBlocked = error == SystemError.WouldBlock;
        if (!isBlocked && error != SystemError.None)
        {
            Lose(connection, now);
        }
        else if (isBlocked != connection.IsBlocked)
        {
            connection.IsBlocked = isBlocked;
            _ = isBlocked
                ? _io.AwaitRoom(connection.Socket, connection.Slot)
                : _io.AwaitNoRoom(connection.Socket, connection.Slot);
        }
    }

    /// <summary>Closes connections that were not used in time, and those of sessions that ended.</summary>
    private void Sweep(Instant now)
    {
        foreach (var connection in _connections.All)
        {
            if (connection is null)
            {
                continue;
            }

            if (!connection.IsEstablished && now - connection.AcceptedAt > StrangerWait)
            {
                Refuse(connection, now);
            }
            else if (
                now - connection.HeardAt > ConnectionIdle
                || connection.Session is { State: SessionState.Closed }
            )
            {
                Lose(connection, now);
            }
        }
    }

    /// <summary>Closes the connection of somebody who did not say, or not in time, whose client he is.</summary>
    private void Refuse(ClientConnection connection, Instant now)
    {
        Drop(ShardDrop.ConnectionRefused);
        Lose(connection, now);
    }

    /// <summary>Closes a connection, and tells the session that it was a path of.</summary>
    private void Lose(ClientConnection connection, Instant now)
    {
        var session = TryFindByFlow(connection.Remote, out var known) ? known : connection.Session;
        End(connection);
        if (session is not null)
        {
            Forget(session, connection.Remote);
        }
    }

    private void Forget(Session session, in NetworkAddress address) =>
        _node.Shards[session.OwnerShard].Post(new ShardCommand.ForgetPath(session, address));

    /// <summary>Closes the connection of a flow that its session has let go of, after what it said last.</summary>
    private void EndConnection(in NetworkAddress address)
    {
        if (
            address.Connection == 0
            || !_connections.TryFind(address.Connection, out var connection)
        )
        {
            return;
        }

        if (!connection.IsBlocked)
        {
            SendLast(connection);
        }

        End(connection);
    }

    /// <summary>Closes a connection. Another process that was given it may have it still, and with it the watch would stay
    /// (epoll(7)).</summary>
    private void End(ClientConnection connection)
    {
        _ = _io.Unwatch(connection.Socket);
        _connections.Remove(connection);
    }

    private void SendLast(ClientConnection connection)
    {
        connection.Queue.Fill(_gather);
        if (_gather.Count > 0)
        {
            _ = connection.Socket.Send(_gather, out var sent);
            _framesSent += _connections.Unqueue(connection, sent);
        }
    }

    private void CloseConnections()
    {
        foreach (var connection in _connections.All)
        {
            if (connection is not null)
            {
                _connections.Remove(connection);
            }
        }
    }
}
