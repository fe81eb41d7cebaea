using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Lan.Lives;
using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;
using Microsoft.Extensions.Logging;

namespace Edge.Bus.Lan.Links;

/// <summary>Where subscribers of this process and connections with others meet. Threads: any.</summary>
internal sealed class LanHub
{
    // A publisher's list of whom a message goes to, so that publishing allocates nothing.
    [ThreadStatic]
    private static List<LanConnection>? _found;

    // Where a thread has written something that it has not sent yet.
    [ThreadStatic]
    private static List<LanConnection>? _written;

    private readonly SubscriptionTable _subscriptions = new();
    private readonly BusDispatcher _dispatcher;
    private readonly LanAsked _asked;
    private readonly LanInterest _interest;
    private readonly ListenerWatches _listeners;
    private readonly FramePool _frames = new();
    private volatile bool _isEnded;

    internal LanHub(LanBusOptions options, ILogger logger)
    {
        Options = options;
        Logger = logger;
        _dispatcher = new(
            $"lan {options.Name}",
            options.IncomingBytesMax,
            ageMax: null,
            Counters,
            logger
        );
        _asked = new(Requests);
        _interest = new(_frames);
        _interest.TryAddOwn(Requests.Pattern);
        _listeners = new(logger);
        Lives = new(options, logger);
        Roster = new(this);
        Self = HandshakeParty.Of(options.Name) with
        {
            // Another start is at another moment, however this clock is set: nobody compares but for equality.
            Life = TimeProvider.System.GetUtcNow().UtcTicks,
            SignMs = (ushort)options.SignInterval.TotalMilliseconds,
        };
    }

    /// <summary>What this process says of itself.</summary>
    internal HandshakeParty Self { get; }

    internal LanBusOptions Options { get; }

    internal ILogger Logger { get; }

    internal BusCounters Counters { get; } = new();

    internal LanThreads Threads { get; } = new();

    internal PendingRequests Requests { get; } =
        new(PendingRequests.InboxPrefixDefault, PendingRequests.CreateToken());

    /// <summary>Whether everything is refused.</summary>
    internal bool IsEnded => _isEnded;

    /// <summary>Which peers live.</summary>
    internal LanLives Lives { get; }

    /// <summary>The peers.</summary>
    internal LanRoster Roster { get; }

    internal void Start() => _dispatcher.Start();

    internal BusConnectionWatch WatchConnection(Action<bool> handler) => _dispatcher.Watch(handler);

    internal IDisposable WatchListeners(string subject, Action handler)
    {
        var watch = _listeners.Add(subject, handler);
        var others = new List<LanConnection>();
        _interest.Find(subject, others);
        foreach (var _ in others)
        {
            handler();
        }

        return watch;
    }

    internal BusSubscription Subscribe(string pattern, BusHandler handler, bool isDirect)
    {
        var subscription = new BusSubscription(pattern, handler, Unsubscribe, isDirect);
        _subscriptions.Add(subscription);
        if (_interest.TryAddOwn(pattern))
        {
            return subscription;
        }

        _subscriptions.Remove(subscription);
        throw new InvalidOperationException(
            $"A process subscribes at most {LanInterest.PatternsMax} patterns."
        );
    }

    /// <summary>Has a message sent to who wants it, here and elsewhere.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="payload">The message.</param>
    /// <param name="replyTo">Where answers go.</param>
    /// <param name="isRequest">Whether somebody waits for an answer.</param>
    /// <param name="isWritten">Whether it waits for this thread's <see cref="Flush"/>.</param>
    /// <returns>How many want it; null when it was dropped and counted.</returns>
    internal int? Publish(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo,
        bool isRequest = false,
        bool isWritten = false
    )
    {
        if (_isEnded || payload.Length > FrameFormat.PayloadBytesMax)
        {
            Counters.CountDropped();
            return null;
        }

        var others = _found ??= [];
        _interest.Find(subject, others);
        var own = HandleOwn(subject, payload, replyTo);
        if (isRequest && others.Count > 0)
        {
            _asked.Add(replyTo!, others, isOwn: own > 0);
        }

        var sent = others.Count > 0 ? Send(others, subject, payload, replyTo, isWritten) : 0;
        var isDropped = sent + own == 0 && others.Count > 0;
        others.Clear();
        if (isDropped)
        {
            return null;
        }

        Counters.CountPublished(payload.Length);
        return sent + own;
    }

    /// <summary>Sends what this thread has written.</summary>
    internal static void Flush()
    {
        var written = _written;
        if (written is null)
        {
            return;
        }

        foreach (var connection in written)
        {
            connection.TrySend();
        }

        written.Clear();
    }

    /// <summary>Has a connection send what waits, say goodbye, and end.</summary>
    internal void Finish(LanConnection connection)
    {
        var frame = _frames.RentControl(FrameKind.Goodbye, [(byte)Farewell.Leaves]);
        connection.Queue.TryAddControl(frame);
        frame.Release();
        connection.Queue.Finish();
    }

    /// <summary>A request has ended, however.</summary>
    internal void ForgetRequest(string replyTo) => _asked.Remove(replyTo);

    /// <summary>A connection begins. Reading thread.</summary>
    internal void Attach(LanConnection connection)
    {
        Lives.HandleConnected(connection);
        Lives.Tell();
        _interest.Attach(connection);
    }

    /// <summary>A connection has ended: nothing comes of it any more. Reading thread.</summary>
    internal void Detach(LanConnection connection)
    {
        _interest.Detach(connection);
        _asked.HandleEnded(connection);
        Lives.HandleEnded(connection);
        Roster.HandleChanged(connection, isConnected: false);
        Lives.Tell();
    }

    /// <summary>Several frames come one behind the other: the handlers' thread is woken once for all.</summary>
    internal void Hold() => _dispatcher.Hold();

    /// <summary>Those were all.</summary>
    internal void Release() => _dispatcher.Release();

    /// <summary>Takes a frame of a peer. Reading thread.</summary>
    /// <returns>Why the connection has to end; none when it goes on.</returns>
    internal LanEnd HandleFrame(LanConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Publish:
                return HandlePublish(connection, body);
            case FrameKind.Subscribe:
                return HandleSubscribe(connection, body);
            case FrameKind.Unsubscribe:
                return HandleUnsubscribe(connection, body);
            case FrameKind.Ready:
                return HandleReady(connection);
            case FrameKind.Ping:
                return body.Length == FrameFormat.PingBytes
                    ? Answer(connection, FrameKind.Pong, body)
                    : LanEnd.Garbled;
            case FrameKind.Pong:
                return HandlePong(connection, body);
            case FrameKind.NoResponder:
                return HandleNoResponder(connection, body);
            case FrameKind.Goodbye:
                return HandleGoodbye(connection, body);
            default:
                // Of a newer version.
                return LanEnd.None;
        }
    }

    /// <summary>Refuses everything from now on, and ends the handlers.</summary>
    internal Task EndAsync()
    {
        _isEnded = true;
        Lives.Stop();
        Requests.EndAll(BusReplyStatus.TimedOut);
        _dispatcher.PostConnection(isConnected: false);
        return _dispatcher.CloseAsync();
    }

    private void Unsubscribe(BusSubscription subscription)
    {
        _interest.RemoveOwn(subscription.Pattern);
        _subscriptions.Remove(subscription);
        _dispatcher.Forget(subscription);
    }

    private int Send(
        List<LanConnection> others,
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo,
        bool isWritten
    )
    {
        var frame = _frames.RentMessage(
            FrameFormat.PublishBytes(subject, replyTo, payload.Length),
            DeadlineOf(subject),
            Options.UrgentPattern is { } urgent && BusSubject.Matches(urgent, subject)
        );
        FrameFormat.WritePublish(frame.Bytes, subject, replyTo, payload);
        var sent = 0;
        foreach (var connection in others)
        {
            if (connection.Queue.TryAdd(frame, wakes: !isWritten))
            {
                sent++;
                if (isWritten)
                {
                    NoteWritten(connection);
                }
            }
            else if (replyTo is not null)
            {
                _asked.HandleSilent(connection, replyTo, BusReplyStatus.Unavailable);
            }
        }

        frame.Release();
        return sent;
    }

    private static void NoteWritten(LanConnection connection)
    {
        var written = _written ??= [];
        if (!written.Contains(connection))
        {
            written.Add(connection);
        }
    }

    private long DeadlineOf(string subject) =>
        Options.AgeMax is { } ageMax && BusSubject.Matches(Options.AgePattern, subject)
            ? Stopwatch.GetTimestamp() + (long)(ageMax.TotalSeconds * Stopwatch.Frequency)
            : long.MaxValue;

    private int HandleOwn(string subject, ReadOnlySpan<byte> payload, string? replyTo)
    {
        if (!Requests.IsAnswer(subject))
        {
            return _subscriptions.Post(_dispatcher, subject, payload, replyTo);
        }

        Requests.TryAnswer(subject, new(BusReplyStatus.Answered, payload.ToArray()));
        return 1;
    }

    private LanEnd HandlePublish(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (!FrameFormat.TryReadPublish(body, out var message))
        {
            return LanEnd.Garbled;
        }

        var subject = connection.Subjects.Find(message.Subject);
        string? replyTo = null;
        if (!message.ReplyTo.IsEmpty)
        {
            replyTo = Encoding.Latin1.GetString(message.ReplyTo);
        }

        if (
            subject is null
            || (replyTo is not null && !BusSubject.IsSubject(replyTo))
            || message.Payload.Length > FrameFormat.PayloadBytesMax
        )
        {
            return LanEnd.Garbled;
        }

        var count = HandleOwn(subject, message.Payload, replyTo);
        return count == 0 && replyTo is not null
            ? Answer(connection, FrameKind.NoResponder, message.ReplyTo)
            : LanEnd.None;
    }

    private LanEnd HandleReady(LanConnection connection)
    {
        if (connection.IsReady)
        {
            return LanEnd.Garbled;
        }

        connection.IsReady = true;
        Roster.HandleChanged(connection, isConnected: true);
        return LanEnd.None;
    }

    private LanEnd HandleSubscribe(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (!TryReadPattern(body, out var pattern))
        {
            return LanEnd.Garbled;
        }

        if (!_interest.TryAddOther(connection, pattern))
        {
            return LanEnd.Overrun;
        }

        _listeners.Note(pattern);
        return LanEnd.None;
    }

    private LanEnd HandleUnsubscribe(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (!TryReadPattern(body, out var pattern))
        {
            return LanEnd.Garbled;
        }

        _interest.RemoveOther(connection, pattern);
        return LanEnd.None;
    }

    private LanEnd HandleNoResponder(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (!TryReadPattern(body, out var replyTo))
        {
            return LanEnd.Garbled;
        }

        _asked.HandleSilent(connection, replyTo, BusReplyStatus.NoResponders);
        return LanEnd.None;
    }

    private static bool TryReadPattern(ReadOnlySpan<byte> body, out string pattern)
    {
        pattern = body.Length > BusSubject.LengthMax ? "" : Encoding.Latin1.GetString(body);
        return BusSubject.IsPattern(pattern);
    }

    private LanEnd Answer(LanConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        var frame = _frames.RentControl(kind, body, isUrgent: true);
        var isTaken = connection.Queue.TryAddControl(frame);
        frame.Release();
        return isTaken ? LanEnd.None : LanEnd.Overrun;
    }

    private static LanEnd HandleGoodbye(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (body.Length != FrameFormat.GoodbyeBytes)
        {
            return LanEnd.Garbled;
        }

        // Reasons that are not known are of processes that live to have them.
        connection.HandleGoodbye(
            body[0] == (byte)Farewell.Leaves ? Farewell.Leaves : Farewell.Parts
        );
        return LanEnd.None;
    }

    private static LanEnd HandlePong(LanConnection connection, ReadOnlySpan<byte> body)
    {
        if (body.Length != FrameFormat.PingBytes)
        {
            return LanEnd.Garbled;
        }

        connection.HandlePong(BinaryPrimitives.ReadInt64BigEndian(body));
        return LanEnd.None;
    }
}
