using System.Buffers;
using System.Collections.Immutable;
using Edge.Native.Sockets;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards.Connections;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.Framing;

namespace Edge.Node.Shards;

/// <content>TCP connections that go to another process with their sessions, or come from one. Their streams go on exactly: what
/// was read and not seen, and what was to be sent and was not, goes along.</content>
internal sealed partial class Shard
{
    /// <summary>Connections that wait for a listener when it is closed. Chosen: its queue, and some that come meanwhile.</summary>
    private const int LastAcceptsMax = 1024;

    private void HandleForConnections(ShardCommand.ForConnections command, Instant now)
    {
        switch (command)
        {
            case ShardCommand.ReadConnections read:
                ReadConnections(read.Session, now);
                break;
            case ShardCommand.StopListening:
                StopListening(now);
                break;
            default:
                break;
        }
    }

    /// <summary>Why a session could not move now.</summary>
    private PeerCapture FindObstacle(Session session)
    {
        if (session.IsOver)
        {
            return PeerCapture.NotConnected;
        }

        var refusal = session.Peer.FindRefusal();
        var ice = session.Peer.Transport.Ice;
        if (refusal is not PeerCapture.Captured || !ice.IsOverConnection)
        {
            return refusal;
        }

        var shard = ConnectionNumber.ShardOf(ice.Selected.Connection);
        if (shard != Index && session is { Held: null, Slot: not TimedSlots<Session>.NoSlot })
        {
            // It is written where its connection is.
            Move(session, shard);
        }

        return PeerCapture.OverConnection;
    }

    /// <summary>The connections of this shard that a session has been checked over, with what is written of them.</summary>
    private List<LeavingConnection> FindLeaving(Session session)
    {
        var leaving = new List<LeavingConnection>();
        for (var index = 0; index < session.Routes.Count; index++)
        {
            var remote = session.Routes[index].Remote;
            if (
                remote.Connection != 0
                && ConnectionNumber.ShardOf(remote.Connection) == Index
                && _connections.TryFind(remote.Connection, out var connection)
                && session.Peer.Transport.Ice.TryDescribePath(remote, out var facts)
            )
            {
                leaving.Add(
                    new LeavingConnection(
                        connection,
                        new ConnectionPart(HandOverNumber.Draw(), remote.OnConnection(0), facts)
                    )
                );
            }
        }

        return leaving;
    }

    /// <summary>Takes the connections of a session that is written out of this shard.</summary>
    private ImmutableArray<MovingConnection> Detach(
        Session session,
        List<LeavingConnection> connections
    ) =>
        [
            .. connections.ConvertAll(leaving =>
                Detach(session, leaving.Connection, leaving.Part.Token)
            ),
        ];

    private MovingConnection Detach(Session session, ClientConnection connection, UInt128 token)
    {
        if (!connection.IsBlocked)
        {
            SendLast(connection);
        }

        var arrived = new ArrayBufferWriter<byte>();
        foreach (var arrival in session.Held?.TakeOf(connection.Remote) ?? [])
        {
            var frame = arrived.GetSpan(StreamFrame.HeaderBytes + arrival.Length);
            arrived.Advance(StreamFrame.Write(frame, Bytes(arrival)));
            Release(arrival.Handle);
        }

        if (connection.Brought is { } brought)
        {
            arrived.Write(brought.Span);
        }

        arrived.Write(_connections.Kept(connection));
        var unsent = connection.Queue.ToArray();
        _ = _io.Unwatch(connection.Socket);
        _connections.LetGo(connection);
        return new MovingConnection(token, connection.Socket, arrived.WrittenMemory, unsent);
    }

    /// <summary>Goes on with the connections of a session that came; without one it is as if that had been closed.</summary>
    private void ResumeConnections(Session session, ReadOnlySpan<ConnectionPart> parts, Instant now)
    {
        foreach (var part in parts)
        {
            var moving = _node.Arrived.Take(part.Token);
            if (moving is null || !TryResume(session, part, moving, now))
            {
                moving?.Dispose();
                GiveUp(session.Peer.Transport, part, now);
            }
        }
    }

    private bool TryResume(
        Session session,
        in ConnectionPart part,
        MovingConnection moving,
        Instant now
    )
    {
        if (_connections.IsFull || moving.Socket.Remote != part.Remote)
        {
            return false;
        }

        _stats.Connections++;
        var connection = _connections.Add(moving.Socket, now);
        _connections.Establish(connection);
        connection.Session = session;
        connection.Brought = moving.Arrived;
        if (
            !TryQueue(connection, moving.Unsent.Span, now)
            || !session.Peer.Transport.Ice.TryRestorePath(connection.Remote, part.Facts)
        )
        {
            _connections.Remove(connection);
            return false;
        }

        _ = session.Routes.Set(connection.Remote, local: default, Index);
        _flows[connection.Remote] = session;
        // Nobody else can claim a connection.
        _ = _node.Flows.Set(connection.Remote, session, Instant.Never, out _, now);
        connection.IsDue = true;
        _dueConnections.Enqueue(connection);
        return true;
    }

    /// <summary>Nothing of what was to be sent may be left out, or the client takes payload for lengths.</summary>
    private bool TryQueue(ClientConnection connection, ReadOnlySpan<byte> unsent, Instant now)
    {
        while (unsent.Length > 0)
        {
            if (!_pools[Index].TryRent(out var handle))
            {
                return false;
            }

            var piece = unsent[..Math.Min(unsent.Length, PacketPool.SlotBytes)];
            piece.CopyTo(_pools[Index].Slot(handle));
            if (!_connections.TryQueue(connection, handle, piece.Length, isMedia: false, now))
            {
                Release(handle);
                return false;
            }

            unsent = unsent[piece.Length..];
        }

        return true;
    }

    /// <summary>A connection did not come along: another path that consents is used, or the client dials again.</summary>
    private static void GiveUp(PeerTransport transport, in ConnectionPart part, Instant now)
    {
        var nobodys = part.Remote.OnConnection(ConnectionNumber.Nobodys);
        if (transport.Ice.TryRestorePath(nobodys, part.Facts))
        {
            transport.HandlePathClosed(nobodys, now);
        }
    }

    /// <summary>Reads what a session's connections have brought, and from then on what comes.</summary>
    private void ReadConnections(Session session, Instant now)
    {
        foreach (var connection in _connections.All)
        {
            if (
                connection is not { Brought: { } brought }
                || !ReferenceEquals(connection.Session, session)
            )
            {
                continue;
            }

            connection.Brought = null;
            if (_io.Watch(connection.Socket, connection.Slot) != SystemError.None)
            {
                Lose(connection, now);
                continue;
            }

            if (connection.IsBlocked)
            {
                _ = _io.AwaitRoom(connection.Socket, connection.Slot);
            }

            TakeBytes(connection, brought.Span, now);
        }
    }

    /// <summary>Accepts what waits, and nothing more.</summary>
    private void StopListening(Instant now)
    {
        _mayAccept = true;
        for (var taken = 0; _mayAccept && taken < LastAcceptsMax; taken++)
        {
            Accept(now);
        }

        _io.StopListening();
    }

    /// <summary>Closes the connection of somebody whose session is elsewhere by now, unless a session here has answered him.
    /// </summary>
    private void RefuseStranger(in NetworkAddress source, Instant now)
    {
        if (
            ConnectionNumber.ShardOf(source.Connection) == Index
            && _connections.TryFind(source.Connection, out var connection)
            && !connection.IsEstablished
        )
        {
            Refuse(connection, now);
        }
    }

    /// <summary>A connection on its way out, and what its session's letter says of it.</summary>
    private readonly record struct LeavingConnection(
        ClientConnection Connection,
        ConnectionPart Part
    );
}
