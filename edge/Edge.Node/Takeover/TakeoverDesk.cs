using System.Buffers.Binary;
using System.Collections.Concurrent;
using Anycast.Steering;
using Anycast.Takeover;
using Anycast.Takeover.Voting;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Steering;
using Edge.Node.Takeover.Deaths;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Takeover;

/// <summary>Has the sessions of this node kept at others of the PoP, keeps theirs, and takes them over when they have ended.</summary>
/// <remarks>
/// One thread drives <see cref="TakeoverNode"/>, which decides; shards tell it how far sessions are and are told what they may use, each
/// as late as they like. Bounded: by the core's limits; messages by what shards and buses send. Threads: what is not marked "any"
/// belongs to its own.
/// </remarks>
internal sealed partial class TakeoverDesk : IDisposable
{
    /// <summary>Messages taken in a turn.</summary>
    private const int TurnMax = 1024;

    /// <summary>Longest wait; only bounds the harm of a lost wake.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a node that ends stays a voter of sessions whose owners cannot do without it. Chosen: many times what it takes them to
    /// replace it, or to decide alone.</summary>
    private static readonly TimeSpan NeededMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan NeedLook = TimeSpan.FromMilliseconds(10);

    /// <summary>How old what is told of it may be.</summary>
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(100);

    private readonly NodeState _node;
    private readonly SteeringOptions _pop;
    private readonly CallsNode _calls;
    private readonly SessionTaker _taker;
    private readonly SessionPortrayer _portrayer;
    private readonly PortraitSeal _seal;
    private readonly TakeoverNode _core;
    private readonly PeerWatch _peers = new();
    private readonly ushort _popNumber;
    private readonly ushort _self;
    private readonly ConcurrentQueue<DeskMessage> _messages = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Dictionary<SessionKey, OwnSession> _own = [];
    private readonly Dictionary<SessionKey, TakenSession> _taken = [];
    private readonly byte[] _frame = new byte[sizeof(ushort) + TakeoverNode.FrameBytesMin];
    private readonly Thread _thread;
    private readonly Dictionary<SessionKey, Instant> _given = [];
    private readonly List<DeskMessage.Claim> _claims = [];
    private Subscriptions? _subscriptions;
    private Instant _helloAt = Instant.Zero;
    private Instant _surviveAt = Instant.Never;
    private int _coming;
    private bool _isNeeded = true;
    private TakeoverFigures _figures = new();
    private Instant _figuresAt = Instant.Zero;
    private long _survived;
    private long _failed;
    private long _fenced;
    private long _bytesIn;
    private long _bytesOut;
    private readonly HashSet<SessionRole> _surviving = [];
    private volatile bool _isStopping;

    /// <summary>Makes one that neither says nor hears anything yet.</summary>
    public TakeoverDesk(
        NodeState node,
        SteeringOptions pop,
        TakeoverOptions options,
        CallsNode calls,
        SessionTaker taker,
        Prng random
    )
    {
        _node = node;
        _pop = pop;
        _calls = calls;
        _taker = taker;
        _popNumber = OwnerCode.NumberOf(node.Options.Pop);
        _self = OwnerCode.NumberOf(node.Options.Node);
        _portrayer = new SessionPortrayer(node);
        _seal = new PortraitSeal(HandOverKeys.Of(node.Options));
        _core = new TakeoverNode(_self, node.Clock.Life, options, random);
        _thread = new Thread(Run) { Name = "takeover", IsBackground = true };
    }

    /// <summary>What it does and has done. Threads: any.</summary>
    public TakeoverFigures Figures => Volatile.Read(ref _figures);

    /// <summary>Sessions that will be this node's in a moment: taken over from others, or not taken by whom they were given to. Threads: any.
    /// </summary>
    public int Coming => Volatile.Read(ref _coming);

    /// <summary>Begins to say and to hear.</summary>
    public void Start()
    {
        _subscriptions = new Subscriptions()
            .With(
                _pop.Bus.SubscribeDirect(
                    TakeoverSubject.Hello(_popNumber),
                    message => Post(new DeskMessage.Hello(message.Payload.ToArray()))
                )
            )
            .With(
                _pop.Bus.SubscribeDirect(
                    TakeoverSubject.Frames(_popNumber, _self),
                    message => Post(new DeskMessage.Frame(message.Payload.ToArray()))
                )
            );
        if (_pop.WatchDeaths is { } watch)
        {
            _ = _subscriptions.With(
                watch(name => Post(new DeskMessage.Missed(OwnerCode.NumberOf(name))))
            );
        }

        _thread.Start();
    }

    /// <summary>A session is this node's from now on. Threads: any.</summary>
    public void HandleKnown(Session session) => Post(new DeskMessage.Known(session));

    /// <summary>A session has ended. Threads: any.</summary>
    public void HandleForgotten(Session session) => Post(new DeskMessage.Forgotten(session));

    /// <summary>A shard tells how far a session is. Threads: any.</summary>
    public void HandleReport(KeptReport report) => Post(new DeskMessage.Report(report));

    /// <summary>Ends the thread, once others can do without it; false when it does not end in time.</summary>
    public bool Stop(TimeSpan within)
    {
        var until = _node.Clock.Now() + NeededMax;
        while (_thread.IsAlive && Volatile.Read(ref _isNeeded) && _node.Clock.Now() < until)
        {
            Thread.Sleep(NeedLook);
        }

        _isStopping = true;
        _ = _wake.Set();
        return !_thread.IsAlive || _thread.Join(within);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscriptions?.Dispose();
        _wake.Dispose();
        _seal.Dispose();
    }

    private void Post(DeskMessage message)
    {
        _messages.Enqueue(message);
        _ = _wake.Set();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            var now = _node.Clock.Now();
            for (var taken = 0; taken < TurnMax && _messages.TryDequeue(out var message); taken++)
            {
                Handle(message, now);
            }

            Greet(now);
            if (_core.PollTimeout() <= now)
            {
                _core.HandleTimeout(now);
            }

            HandleEvents(now);
            LookAfterOwn(now);
            LookAfterGiven(now);
            Survive(now);
            SendFrames();
            Count(now);
            Wait();
        }
    }

    private void Count(Instant now)
    {
        Volatile.Write(ref _isNeeded, (_node.IsLeaving || _node.IsStopping) && _core.IsNeeded);
        Volatile.Write(
            ref _coming,
            _taken.Count + _own.Values.Count(own => own.Giving is { Task.IsCompleted: true })
        );
        if (now < _figuresAt)
        {
            return;
        }

        _figuresAt = now + CountInterval;
        Volatile.Write(
            ref _figures,
            new TakeoverFigures
            {
                Own = _own.Count,
                Protected = _own.Values.Count(own =>
                    own.Portraits.IsTold && _core.IsProtected(own.Key)
                ),
                Kept = _core.Count - _own.Count,
                Survived = _survived,
                Failed = _failed,
                Fenced = _fenced,
                BytesIn = _bytesIn,
                BytesOut = _bytesOut,
            }
        );
    }

    private void Wait()
    {
        if (!_messages.IsEmpty)
        {
            return;
        }

        var now = _node.Clock.Now();
        var until = Instant.Min(
            Instant.Min(_core.PollTimeout(), _helloAt),
            Instant.Min(_surviveAt, now + WaitMax)
        );
        if (until > now)
        {
            _ = _wake.WaitOne(until - now);
        }
    }

    private void Handle(DeskMessage message, Instant now)
    {
        switch (message)
        {
            case DeskMessage.Known known:
                Begin(known.Session, now);
                break;
            case DeskMessage.Forgotten forgotten:
                End(forgotten.Session, now);
                break;
            case DeskMessage.Report report:
                Handle(report.Said, now);
                break;
            case DeskMessage.Portrayed portrayed:
                Handle(portrayed.Own, portrayed.Portrait, portrayed.At, now);
                break;
            case DeskMessage.Keep keep:
                Keep(keep);
                break;
            case DeskMessage.Give give:
                Give(give, now);
                break;
            case DeskMessage.GoOn goOn:
                GoOn(goOn, now);
                break;
            case DeskMessage.GiveUp up:
                GiveUp(up);
                break;
            case DeskMessage.Claim claim:
                _claims.Add(claim);
                break;
            case DeskMessage.Frame frame:
                HandleFrame(frame.Bytes, now);
                break;
            case DeskMessage.Hello hello:
                HandleHello(hello.Bytes, now);
                break;
            case DeskMessage.Missed missed:
                Miss(missed.Node, now);
                break;
            case DeskMessage.Survived survived:
                HandleSurvived(survived, now);
                break;
            default:
                break;
        }
    }

    private void HandleFrame(byte[] bytes, Instant now)
    {
        if (bytes.Length >= sizeof(ushort))
        {
            _bytesIn += bytes.Length;
            _core.HandleFrame(
                bytes.AsSpan(sizeof(ushort)),
                BinaryPrimitives.ReadUInt16BigEndian(bytes),
                now
            );
        }
    }

    private void HandleHello(byte[] bytes, Instant now)
    {
        if (
            TakeoverHello.TryRead(bytes, out var hello)
            && hello.Node != _self
            && _peers.Hear(hello, now)
        )
        {
            _core.HandlePeer(hello.Node, hello.Life, hello.Role, now);
        }
    }

    private void Miss(ushort node, Instant now)
    {
        if (_peers.TryMiss(node))
        {
            _core.HandlePeerLost(node, now);
        }
    }

    private void Greet(Instant now)
    {
        if (now < _helloAt)
        {
            return;
        }

        _helloAt = now + PeerWatch.Interval;
        var role = PeerRole.Holder;
        if (_node.IsLeaving || _node.IsDeparting || _node.IsStopping)
        {
            role = PeerRole.Leaving;
            _core.Leave();
        }

        Span<byte> hello = stackalloc byte[TakeoverHello.Bytes];
        new TakeoverHello(_self, _node.Clock.Life, role, now).Write(hello);
        _ = _pop.Bus.TryPublish(TakeoverSubject.Hello(_popNumber), hello);
        foreach (var missed in _peers.TakeMissed(now))
        {
            _core.HandlePeerLost(missed, now);
        }
    }

    private void SendFrames()
    {
        int length;
        while ((length = _core.PollFrame(_frame.AsSpan(sizeof(ushort)), out var peer)) > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_frame, _self);
            _bytesOut += sizeof(ushort) + length;
            _ = _pop.Bus.TryPublish(
                TakeoverSubject.Frames(_popNumber, peer),
                _frame.AsSpan(0, sizeof(ushort) + length)
            );
        }
    }

    [LoggerMessage(
        3700,
        LogLevel.Information,
        "{Count} sessions of nodes that have ended are taken over."
    )]
    private static partial void LogTaking(ILogger logger, int count);

    [LoggerMessage(
        3701,
        LogLevel.Error,
        "Sessions of a node that has ended could not be taken over."
    )]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(
        3702,
        LogLevel.Warning,
        "A session of a node that has ended cannot be taken over: there is no portrait of it."
    )]
    private static partial void LogUnknown(ILogger logger);

    [LoggerMessage(
        3703,
        LogLevel.Warning,
        "A session of a node that has ended cannot go on: what was kept of it cannot be used, or what it needs is nowhere."
    )]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(3704, LogLevel.Information, "Session {Id} is another node's now: {Reason}.")]
    private static partial void LogDropped(ILogger logger, string id, TakeoverReason reason);
}
