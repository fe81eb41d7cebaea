using System.Diagnostics;
using System.Net.Sockets;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>One connection with a peer after its handshake: a thread that reads and one that writes.</summary>
/// <remarks>
/// Threads and not tasks: heartbeats and media must not wait for a thread pool that requests keep busy, and a thread
/// that the kernel wakes itself is the shortest way. The socket blocks, for a bounded time: one system
/// call waits and reads.
/// Any thread may close it; the reading thread tidies up.
/// </remarks>
internal sealed class LanConnection
{
    private readonly Socket _socket;
    private readonly RecordSealer _sealer;
    private readonly RecordOpener _opener;
    private readonly LanSender _sender;
    private readonly LanHub _hub;
    private readonly TaskCompletionSource _ended = new();
    private volatile bool _isReady;
    private Farewell _farewell = Farewell.Unsaid;
    private int _end;
    private long _heardAt = Stopwatch.GetTimestamp();
    private long _rttTicks;
    private long _dropped;

    /// <summary>Takes a socket over, once its handshake is done.</summary>
    /// <param name="peer">What the peer has said of itself.</param>
    /// <param name="socket">Connected, blocking.</param>
    /// <param name="records">What seals the records that go and opens those that come.</param>
    /// <param name="hub">Where frames go.</param>
    internal LanConnection(
        in HandshakeParty peer,
        Socket socket,
        (RecordSealer Sealer, RecordOpener Opener) records,
        LanHub hub
    )
    {
        Peer = peer.Name;
        Life = peer.Life;
        SignMs = peer.SignMs;
        _socket = socket;
        (_sealer, _opener) = records;
        _hub = hub;
        Queue = new(hub.Options.OutgoingBytesMax, CountDropped);
        _sender = new(this, socket, _sealer, hub.Options);
    }

    /// <summary>The peer's name.</summary>
    internal string Peer { get; }

    /// <summary>Which life of the peer; 0 when it does not say.</summary>
    internal long Life { get; }

    /// <summary>Something comes of the peer at least as often, in ms; 0 when it does not say, and heeds no such promise.</summary>
    internal ushort SignMs { get; }

    /// <summary>The peer. The roster's, set before the connection is run.</summary>
    internal PeerLink? Link { get; set; }

    /// <summary>What waits to be sent.</summary>
    internal FrameQueue Queue { get; }

    /// <summary>What the peer has subscribed. The hub's, under its lock.</summary>
    internal HashSet<string> Patterns { get; } = new(StringComparer.Ordinal);

    /// <summary>The subjects of its messages. The reading thread's.</summary>
    internal SubjectCache Subjects { get; } = new();

    /// <summary>Marks it as found by one search. The hub's, under its lock.</summary>
    internal long FoundBy { get; set; }

    /// <summary>Whether the peer has said all that it had subscribed. Only the reading thread changes it.</summary>
    internal bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    /// <summary>The round trip of the last heartbeat; zero before it.</summary>
    internal TimeSpan Rtt => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _rttTicks));

    /// <summary>When something authentic was read last: a moment of <see cref="Stopwatch"/>.</summary>
    internal long HeardAt => Volatile.Read(ref _heardAt);

    /// <summary>Whether something has come that was not read yet. Not after its end.</summary>
    internal bool HasUnread
    {
        get
        {
            try
            {
                return _socket.Available > 0;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Messages that were lost here.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Why it has ended, or is about to; none while it goes on.</summary>
    internal LanEnd End => (LanEnd)Volatile.Read(ref _end);

    /// <summary>Ends it. The first reason counts.</summary>
    internal void Close(LanEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)LanEnd.None) != (int)LanEnd.None)
        {
            return;
        }

        SayGoodbye(end);
        Queue.Close();
        Shutdown(SocketShutdown.Both);
    }

    /// <summary>The peer ends it; nothing more comes. Reading thread.</summary>
    internal void HandleGoodbye(Farewell farewell) => _farewell = farewell;

    /// <summary>Waits until nothing of it will be handled any more.</summary>
    internal void WaitEnded() => _ended.Task.Wait();

    /// <summary>Reads until the end, on the calling thread.</summary>
    /// <param name="previous">The last connection with the same peer, which ends first: what it had read comes
    /// before what this one reads.</param>
    internal void Run(LanConnection? previous)
    {
        previous?.WaitEnded();
        if (End == LanEnd.None)
        {
            _hub.Attach(this);
            var writing = _hub.Threads.Start($"lan to {Peer}", Write);
            Close(NameEnd(Read()));
            writing.Join();
            _hub.Detach(this);
        }

        _sender.End();
        _socket.Dispose();
        _sealer.Dispose();
        _opener.Dispose();
        _ended.SetResult();
    }

    /// <summary>Sends what waits on this thread, as far as the network takes it at once.</summary>
    internal void TrySend()
    {
        var end = _sender.TrySend();
        if (end != LanEnd.None)
        {
            Close(end);
        }
    }

    /// <summary>Something authentic was read. Reading thread.</summary>
    internal void HandleRecord() => Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());

    /// <summary>A ping came back.</summary>
    internal void HandlePong(long sentAt)
    {
        var ticks = Stopwatch.GetTimestamp() - sentAt;
        if (ticks > 0 && ticks < Stopwatch.Frequency * 60)
        {
            Interlocked.Exchange(ref _rttTicks, ticks);
        }
    }

    /// <summary>What a peer does not die of is said to it, or it would take this process for dead.</summary>
    private void SayGoodbye(LanEnd end)
    {
        if (end == LanEnd.Stopped)
        {
            _sender.TrySayGoodbye(Farewell.Leaves);
        }
        else if (
            end
            is LanEnd.Silent
                or LanEnd.Garbled
                or LanEnd.Overrun
                or LanEnd.Replaced
                or LanEnd.Removed
        )
        {
            _sender.TrySayGoodbye(Farewell.Parts);
        }
    }

    private LanEnd NameEnd(LanEnd end) =>
        (end, _farewell) switch
        {
            (LanEnd.Closed or LanEnd.Lost, Farewell.Leaves) => LanEnd.Left,
            (LanEnd.Closed or LanEnd.Lost, Farewell.Parts) => LanEnd.Parted,
            _ => end,
        };

    private LanEnd Read()
    {
        try
        {
            return new LanReceiver(this, _socket, _opener, _hub).Run();
        }
        catch (SocketException)
        {
            return LanEnd.Lost;
        }
    }

    private void Write()
    {
        try
        {
            var end = _sender.Run();
            if (end == LanEnd.Stopped)
            {
                // All is sent. The peer closes in turn, or whoever stops the bus does.
                Shutdown(SocketShutdown.Send);
                return;
            }

            Close(end);
        }
        catch (SocketException)
        {
            Close(LanEnd.Lost);
        }
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (SocketException)
        {
            // It was not connected any more.
        }
        catch (ObjectDisposedException)
        {
            // The reading thread was faster.
        }
    }

    private void CountDropped()
    {
        Interlocked.Increment(ref _dropped);
        _hub.Counters.CountDropped();
    }
}
