using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Nodes;
using Edge.Bus;
using Edge.Node.Steering;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Serving;

/// <summary>Makes a node usable by other processes: answers their requests and says how it is.</summary>
/// <remarks>
/// Every request is answered, with a fault when nothing else can be said, unless it names nobody to answer
/// or the connection is lost. Requests run at once, as many as the options allow, each until its asker
/// waits no longer. Threads: any.
/// </remarks>
public sealed partial class NodeService : IAsyncDisposable
{
    // Chosen: a request that finds the node full is better tried at another one.
    private static readonly TimeSpan OverloadedRetry = TimeSpan.FromSeconds(1);

    private readonly NodeServiceOptions _options;
    private readonly IMediaNode _node;
    private readonly ImmutableArray<IBus> _buses;
    private readonly ILogger _logger;
    private readonly NodeAddress _address;
    private readonly ulong _life;
    private readonly EventReaders? _readers;
    private readonly NodeHandlers _handlers;
    private readonly ServedNames _names;
    private readonly LoadMeter _load;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _announcing = new();
    private NodeReadiness _readiness = NodeReadiness.Starting;
    private Task _announcements = Task.CompletedTask;
    private int _running;

    private NodeService(
        NodeServiceOptions options,
        IMediaNode node,
        ImmutableArray<IBus> buses,
        ILogger logger
    )
    {
        _options = options;
        _node = node;
        _buses = buses;
        _logger = logger;
        _address = new(OwnerCode.NumberOf(options.Pop), OwnerCode.NumberOf(options.Node));
        _life = BinaryPrimitives.ReadUInt64LittleEndian(
            RandomNumberGenerator.GetBytes(sizeof(ulong))
        );
        _readers = node.Calls is { } calls
            ? new EventReaders(calls, options.ReadersMax, options.Time, logger)
            : null;
        _handlers = new NodeHandlers(node, _readers);
        _names = new ServedNames(new(_address.Pop, _address.Node), node);
        _load = new LoadMeter(
            options.Time,
            () => Environment.CpuUsage.TotalTime,
            Environment.ProcessorCount
        );
    }

    /// <summary>Who the node is to others.</summary>
    public NodeAddress Address => _address;

    /// <summary>Whether it says that it takes new sessions.</summary>
    public NodeReadiness Readiness
    {
        get
        {
            lock (_announcing)
            {
                return _readiness;
            }
        }
    }

    /// <summary>Requests that are being answered; for tests.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>Readers of events; for tests.</summary>
    internal int Readers => _readers?.Count ?? 0;

    /// <summary>Begins to answer and to announce, as not ready yet.</summary>
    /// <param name="options">How.</param>
    /// <param name="node">The node, whose owner ends it before this: so readers hear how its sessions end.</param>
    /// <param name="buses">Where others are; whoever made them ends them.</param>
    /// <param name="logger">Where events are logged.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static NodeService Start(
        NodeServiceOptions options,
        IMediaNode node,
        ImmutableArray<IBus> buses,
        ILogger<NodeService> logger
    )
    {
        var problems = options.Validate();
        if (!problems.IsEmpty)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        var service = new NodeService(options, node, buses, logger);
        service.Begin();
        return service;
    }

    /// <summary>Says at once whether the node takes new sessions. After
    /// <see cref="NodeReadiness.Stopped"/>, which its end says, nothing is said any more.</summary>
    public void Tell(NodeReadiness readiness)
    {
        lock (_announcing)
        {
            if (_readiness == readiness || _readiness == NodeReadiness.Stopped)
            {
                return;
            }

            _readiness = readiness;
        }

        LogReadiness(_logger, readiness);
        Announce();
    }

    /// <summary>Says that the node has ended, and answers no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _announcements.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        Tell(NodeReadiness.Stopped);
        if (_readers is not null)
        {
            await _readers.DisposeAsync();
        }

        await WaitForAnswersAsync();
        _stopping.Dispose();
    }

    private void Begin()
    {
        _subscriptions.Add(Listen(_names.Self));
        if (_names.Adoptions is { } adoptions)
        {
            _subscriptions.Add(adoptions.Follow(Listen));
        }

        foreach (var bus in _buses)
        {
            _subscriptions.Add(bus.WatchConnection(AnnounceConnected));
        }

        LogStarted(_logger, _options.Node, _options.Pop, _address.ToString(), _buses.Length);
        _announcements = AnnounceAsync(_stopping.Token);
    }

    /// <summary>Takes what is asked of a node: this one, or one whose sessions are here.</summary>
    private Subscriptions Listen(Mesh.NodeAddress name) =>
        Subscriptions.OnEach(
            _buses,
            NodeSubject.Requests(new NodeAddress(name.Pop, name.Node)),
            bus => message => Handle(bus, name, message)
        );

    /// <summary>Takes a request. Threads: one of the bus, so nothing here waits.</summary>
    private void Handle(IBus bus, Mesh.NodeAddress name, BusMessage message)
    {
        if (message.ReplyTo is not { } replyTo || !BusSubject.IsSubject(replyTo))
        {
            return;
        }

        if (!NodeEnvelope.TryRead(message.Payload, out var envelope))
        {
            RefuseOwn(bus, name, replyTo, NodeFaultKind.Unreadable, "The message cannot be read.");
        }
        else if (!_handlers.TryFind(envelope.Name, out var handler))
        {
            RefuseOwn(
                bus,
                name,
                replyTo,
                NodeFaultKind.UnknownOperation,
                "There is no such operation."
            );
        }
        else if (Interlocked.Increment(ref _running) > _options.RequestsMax)
        {
            Interlocked.Decrement(ref _running);
            RefuseOwn(
                bus,
                name,
                replyTo,
                NodeFaultKind.Overloaded,
                "The node answers as many requests as it can.",
                OverloadedRetry
            );
        }
        else
        {
            Run(
                new Request(
                    envelope.Name,
                    handler,
                    envelope.Body.ToArray(),
                    envelope.Within ?? _options.WithinDefault,
                    _options.Time.GetTimestamp(),
                    bus,
                    replyTo
                )
                {
                    Gate = new RequestGate(_names, name, Keep(message.Payload), bus, replyTo),
                }
            );
        }
    }

    /// <summary>The whole request, where it may have to be passed on.</summary>
    private ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> message) =>
        _names.Rule is null ? default : message.ToArray();

    /// <summary>Refuses what was sent to this node; of what was sent to another one, whose sessions are here, nobody knows who else
    /// may answer.</summary>
    private void RefuseOwn(
        IBus bus,
        Mesh.NodeAddress name,
        string replyTo,
        NodeFaultKind kind,
        string detail,
        TimeSpan? retryAfter = null
    )
    {
        if (name == _names.Self)
        {
            Refuse(bus, replyTo, kind, detail, retryAfter);
        }
    }

    private void Run(Request request)
    {
        if (string.Equals(request.Name, NodeOperations.OpenEvents.Name, StringComparison.Ordinal))
        {
            // In the order of arrival: what is asked after it is told to the reader.
            _ = RunAsync(request);
        }
        else
        {
            _ = Task.Run(() => RunAsync(request), CancellationToken.None);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a request: an error of ours is logged and answered."
    )]
    private async Task RunAsync(Request request)
    {
        try
        {
            await AnswerAsync(request);
        }
        catch (Exception error)
        {
            LogFailed(_logger, request.Name, error);
            RefuseTaken(request, NodeFaultKind.Failed, "The node failed by an error of its own.");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task AnswerAsync(Request request)
    {
        var left = request.Within - _options.Time.GetElapsedTime(request.ArrivedAt);
        if (left <= TimeSpan.Zero)
        {
            RefuseLate(request);
            return;
        }

        using var deadline = new CancellationTokenSource(left, _options.Time);
        var answer = request
            .Handler(request.Body, new NodeCall(request.Bus, request.Gate, deadline.Token))
            .AsTask();
        try
        {
            if (await answer.WaitAsync(deadline.Token) is { } message)
            {
                Reply(request.Bus, request.ReplyTo, message);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            RefuseLate(request);
            // What does not look at the token still counts as running.
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void RefuseLate(Request request) =>
        RefuseTaken(request, NodeFaultKind.TimedOut, "The request was not done in its time.");

    private static void RefuseTaken(Request request, NodeFaultKind kind, string detail)
    {
        if (request.Gate.MayRefuse)
        {
            Refuse(request.Bus, request.ReplyTo, kind, detail);
        }
    }

    private static void Refuse(
        IBus bus,
        string replyTo,
        NodeFaultKind kind,
        string detail,
        TimeSpan? retryAfter = null
    ) => bus.TryPublish(replyTo, NodeHandlers.Fault(kind, detail, retryAfter));

    private static void Reply(IBus bus, string replyTo, byte[] answer)
    {
        if (answer.Length > bus.PayloadBytesMax)
        {
            Refuse(bus, replyTo, NodeFaultKind.TooLong, "The answer is too long for a message.");
        }
        else
        {
            bus.TryPublish(replyTo, answer);
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(NodeAnnouncement.Interval, _options.Time);
        do
        {
            Announce();
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Whoever is met again knows at once how the node is.</summary>
    private void AnnounceConnected(bool isConnected)
    {
        if (isConnected)
        {
            Announce();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "An error of ours costs one announcement, not all that would follow."
    )]
    private void Announce()
    {
        try
        {
            // One at a time, so that the newest is the last that others hear.
            lock (_announcing)
            {
                var message = JsonSerializer.SerializeToUtf8Bytes(
                    Describe(),
                    NodeJson.Types.NodeAnnouncement
                );
                foreach (var bus in _buses)
                {
                    bus.TryPublish(NodeSubject.Announcement(_address), message);
                }
            }
        }
        catch (Exception error)
        {
            LogNotAnnounced(_logger, error);
        }
    }

    private NodeAnnouncement Describe()
    {
        _load.Measure();
        var announcement = new NodeAnnouncement
        {
            Pop = _options.Pop,
            Node = _options.Node,
            PopNumber = _address.Pop,
            NodeNumber = _address.Node,
            Life = _life,
            Readiness = _readiness,
            SessionsMax = _options.SessionsMax,
            Load = _load.Share,
            // A node that has ended has nothing left to tell.
            Report =
                _readiness == NodeReadiness.Stopped
                    ? new NodeReport(0, 0, 0, 0, 0, 0)
                    : _node.Report(),
            Limits = _node.Calls?.Limits,
            LanAddress = _options.LanAddress,
            Version = _options.Version,
            Envelope = NodeEnvelope.Version,
        };
        var share = (double)announcement.Sessions / announcement.SessionsMax;
        return announcement with { Load = Math.Clamp(Math.Max(announcement.Load, share), 0, 1) };
    }

    private async Task WaitForAnswersAsync()
    {
        var begin = _options.Time.GetTimestamp();
        while (Running > 0)
        {
            if (_options.Time.GetElapsedTime(begin) >= _options.StopWithin)
            {
                LogLeft(_logger, Running);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _options.Time);
        }
    }

    /// <summary>A request and where its answer goes.</summary>
    private sealed record Request(
        string Name,
        NodeHandler Handler,
        ReadOnlyMemory<byte> Body,
        TimeSpan Within,
        long ArrivedAt,
        IBus Bus,
        string ReplyTo
    )
    {
        /// <summary>Whether this node answers it.</summary>
        public required RequestGate Gate { get; init; }
    }
}
