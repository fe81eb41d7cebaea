using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.Framing;

namespace Edge.Node.Front;

/// <summary>The port that media over TCP and HTTPS share: looks at the first bytes of each connection and gives it, unread, to a
/// shard or to control.</summary>
/// <remarks>
/// NOTES.md beside this file says why the port is the node's. A thread of its own, because strangers dial this port as they
/// dial any web server, and shards must not feel it. It reads nothing: bytes are looked at where they lie in the kernel, so
/// whoever is given the connection finds it whole. Threads: everything here belongs to the thread, but for
/// <see cref="Start"/>, <see cref="Stop"/> and <see cref="Stats"/>.
/// </remarks>
internal sealed partial class FrontDoor : IDisposable
{
    /// <summary>Connections accepted before those that are ready are looked at again.</summary>
    private const int AcceptTurnMax = 64;

    /// <summary>Time until a client has said what it is. Chosen: the longest way there and back and a repeated segment
    /// or two, as for strangers at a shard.</summary>
    private static readonly TimeSpan GuestWait = TimeSpan.FromSeconds(5);

    /// <summary>How often listeners are asked that could not accept, and time is looked at.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly NodeState _node;
    private readonly FrontIo _io;
    private readonly FrontGuests _guests;
    private readonly SocketHandOver _control;
    private readonly ControlWatch _watch;
    private readonly Thread _thread;
    private FrontStats _stats;
    private Instant _sweepAt;
    private int _nextShard;
    private bool _mayAccept;
    private readonly string? _meeting;
    private FrontPredecessor? _predecessor;
    private FrontSuccession? _succession;
    private volatile bool _isLeaving;
    private volatile bool _isStopping;

    private FrontDoor(
        NodeState node,
        FrontOptions options,
        FrontIo io,
        FrontPredecessor? predecessor
    )
    {
        _node = node;
        _io = io;
        _meeting = FrontSuccession.PathOf(options);
        _predecessor = predecessor;
        _guests = new FrontGuests(FrontGuests.CapacityOf(DescriptorLimit.Raise()));
        _control = new SocketHandOver(options.ControlSocket);
        _watch = new ControlWatch(node.Logger, options.ControlSocket);
        _thread = new Thread(Run) { Name = "front", IsBackground = true };
        Listening = [.. io.Listening];
        Candidates = CandidatesOf(options, Listening);
    }

    /// <summary>The bound addresses, in the order of the options.</summary>
    public ImmutableArray<NetworkAddress> Listening { get; }

    /// <summary>The addresses that clients are told.</summary>
    public ImmutableArray<NetworkAddress> Candidates { get; }

    /// <summary>The counters.</summary>
    public ref readonly FrontStats Stats => ref _stats;

    /// <summary>Binds the addresses; nothing is accepted before the start.</summary>
    /// <param name="options">Where.</param>
    /// <param name="node">The node, whose shards are there.</param>
    /// <param name="door">The front; null when the system refused.</param>
    /// <param name="refused">The address that it refused.</param>
    public static SystemError TryOpen(
        FrontOptions options,
        NodeState node,
        [NotNullWhen(true)] out FrontDoor? door,
        out NetworkAddress refused
    )
    {
        door = null;
        refused = options.Addresses[0];
        var error = FrontIo.TryCreate(out var io);
        if (error != SystemError.None)
        {
            return error;
        }

        var predecessor = FrontSuccession.PathOf(options) is { } meeting
            ? FrontPredecessor.Find(meeting, options.Addresses, FrontTrust.Own, node.Logger)
            : null;
        foreach (var address in options.Addresses)
        {
            error = Listen(io!, predecessor, address);
            if (error != SystemError.None)
            {
                refused = address;
                predecessor?.Dispose();
                io!.Dispose();
                return error;
            }
        }

        door = new FrontDoor(node, options, io!, predecessor);
        return SystemError.None;
    }

    private static SystemError Listen(
        FrontIo io,
        FrontPredecessor? predecessor,
        in NetworkAddress address
    )
    {
        if (predecessor?.Take(address) is not { } listener)
        {
            return io.TryListen(address);
        }

        io.Add(listener);
        return SystemError.None;
    }

    /// <summary>Starts to accept, once the edge whose place this one takes accepts no more.</summary>
    public void Start() => _thread.Start();

    /// <summary>The process is about to end: as soon as another edge has the listeners, that one takes what comes. Without one it
    /// is taken here until the end.</summary>
    public void Leave() => _isLeaving = true;

    /// <summary>Takes no more connections and closes those that have not said what they are; false when the thread does not end
    /// in time. What was given away stays with whom it was given to.</summary>
    public bool Stop(TimeSpan within)
    {
        _isStopping = true;
        _io.Wake();
        return _thread.Join(within);
    }

    /// <inheritdoc/>
    public void Dispose() => _io.Dispose();

    private void Run()
    {
        AwaitTurn();
        while (!_isStopping)
        {
            Turn();
        }

        LetGo();
        while (_guests.Oldest is { } guest)
        {
            Close(guest);
        }
    }

    /// <summary>Waits for the edge whose place this one takes.</summary>
    private void AwaitTurn()
    {
        while (_predecessor is { } predecessor && !_isStopping)
        {
            if (predecessor.HasLeft((int)SweepInterval.TotalMilliseconds))
            {
                predecessor.Dispose();
                _predecessor = null;
            }
        }

        _predecessor?.Dispose();
        if (!_isStopping)
        {
            _io.WatchListeners();
            _mayAccept = true;
            _succession = _meeting is null
                ? null
                : FrontSuccession.Open(_meeting, FrontTrust.Own, _node.Logger);
        }
    }

    /// <summary>Takes no more connections: who has the listeners, too, does so from now on.</summary>
    private void LetGo()
    {
        _mayAccept = false;
        _io.CloseListeners();
        _succession?.Dispose();
        _succession = null;
    }

    private void Turn()
    {
        var ready = _io.Wait(_mayAccept ? 0 : (int)SweepInterval.TotalMilliseconds);
        var now = _node.Clock.Now();

        // Before any is accepted: a slot named here is still that of the connection it was named for.
        foreach (var slot in _io.Ready)
        {
            if (_guests.At(slot) is { } guest)
            {
                Look(guest);
            }
        }

        _mayAccept |= (ready & EpollReady.Listener) != EpollReady.None;
        if (now >= _sweepAt)
        {
            _sweepAt = now + SweepInterval;
            _mayAccept = true;
            CloseLate(now);
            LookForSuccessor();
        }

        for (var taken = 0; _mayAccept && taken < AcceptTurnMax; taken++)
        {
            Accept(now);
        }
    }

    private void LookForSuccessor()
    {
        _succession?.Poll(_io.Listeners);
        if (_isLeaving && _succession is { HasSuccessor: true })
        {
            LetGo();
        }
    }

    private void CloseLate(Instant now)
    {
        while (_guests.Oldest is { } guest && now - guest.AcceptedAt > GuestWait)
        {
            _stats.Silent++;
            Close(guest);
        }
    }

    private void Accept(Instant now)
    {
        var error = _io.Accept(out var socket);
        if (error == SystemError.None)
        {
            _stats.Accepted++;
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
        if (_guests.Refuses(socket.Remote))
        {
            _stats.Crowded++;
            socket.Abort();
            return;
        }

        if (_guests.IsFull)
        {
            _stats.Crowded++;
            Close(_guests.Oldest!);
        }

        var guest = _guests.Add(socket, now);
        if (_io.Watch(socket, guest.Slot) != SystemError.None)
        {
            Close(guest);
            return;
        }

        // What came before the watch is told by none.
        Look(guest);
    }

    /// <summary>Decides on a connection if its first bytes suffice.</summary>
    private void Look(FrontGuest guest)
    {
        Span<byte> bytes = stackalloc byte[FirstBytes.DecidingBytes];
        var error = guest.Socket.Peek(bytes, out var length);
        if (error == SystemError.WouldBlock)
        {
            return;
        }

        if (error != SystemError.None || length == 0)
        {
            _stats.Silent++;
            Close(guest);
            return;
        }

        switch (FirstBytes.Decide(bytes[..length]))
        {
            case FirstBytesKind.Partial:
                break;
            case FirstBytesKind.Tls:
                GiveToControl(guest);
                break;
            case FirstBytesKind.Media:
                GiveToShard(guest);
                break;
            case FirstBytesKind.Neither:
                _stats.Neither++;
                Close(guest);
                break;
            default:
                throw new InvalidOperationException("First bytes are of no other kind.");
        }
    }

    private void GiveToControl(FrontGuest guest)
    {
        Release(guest);
        var error = _control.Give(guest.Socket);
        _watch.Note(error, _node.Clock.Now());
        if (error == SystemError.None)
        {
            _stats.Https++;
            guest.Socket.Dispose();
        }
        else
        {
            _stats.ControlAway++;
            guest.Socket.Abort();
        }
    }

    /// <summary>Gives it to the shards in turn; a session goes to where its connection is.</summary>
    private void GiveToShard(FrontGuest guest)
    {
        Release(guest);
        _nextShard = (_nextShard + 1) % _node.Shards.Length;
        if (_node.Shards[_nextShard].TryGive(guest.Socket))
        {
            _stats.Media++;
        }
        else
        {
            _stats.Crowded++;
            guest.Socket.Abort();
        }
    }

    private void Close(FrontGuest guest)
    {
        Release(guest);
        guest.Socket.Abort();
    }

    /// <summary>Lets go of a connection that is somebody else's from now on.</summary>
    private void Release(FrontGuest guest)
    {
        _guests.Remove(guest);
        // One that could not be watched, or is over, is not there to be let go of.
        _ = _io.Unwatch(guest.Socket);
    }

    private static ImmutableArray<NetworkAddress> CandidatesOf(
        FrontOptions options,
        ImmutableArray<NetworkAddress> listening
    ) =>
        options.Advertised.IsDefaultOrEmpty
            ? listening
            :
            [
                .. options.Advertised.Select(address =>
                    address.Port == 0 ? address.WithPort(listening[0].Port) : address
                ),
            ];
}
