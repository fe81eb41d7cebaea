using System.Threading.Channels;
using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>Tells readers what happens in their app.</summary>
/// <remarks>
/// Bounded: <see cref="BacklogMax"/> events a reader, the oldest are dropped and their missing sequence
/// numbers say so. Threads: any; one lock, never taken for a packet, nor by whoever raises what
/// nobody reads.
/// </remarks>
internal sealed class CallsEventHub
{
    /// <summary>Events kept for a reader that is slow.</summary>
    public const int BacklogMax = 256;

    // By what they read, so that telling of a session costs nothing for the readers of others.
    private readonly Dictionary<Interest, List<Reader>> _readersOf = [];
    private readonly Lock _lock = new();
    private volatile int _readerCount;
    private DateTimeOffset? _deadline;
    private Func<EventsRequest, bool> _isHere = static _ => true;

    /// <summary>Whether anybody reads.</summary>
    public bool HasReaders => _readerCount > 0;

    /// <summary>Whether anybody reads what is raised about a session.</summary>
    public bool IsRead(EventSubject subject)
    {
        if (!HasReaders)
        {
            return false;
        }

        lock (_lock)
        {
            return _readersOf.ContainsKey(Interest.InSession(subject))
                || _readersOf.ContainsKey(Interest.InApp(subject))
                || (Interest.InGroup(subject) is { } group && _readersOf.ContainsKey(group));
        }
    }

    /// <summary>Tells who reads about a session; without readers nothing is made or kept.</summary>
    /// <param name="subject">The session.</param>
    /// <param name="create">Makes the event; its number is each reader's.</param>
    public void Raise(EventSubject subject, Func<CallsEvent> create)
    {
        if (!HasReaders)
        {
            return;
        }

        lock (_lock)
        {
            CallsEvent? raised = null;
            Tell(Interest.InSession(subject), ref raised, Create);
            Tell(Interest.InApp(subject), ref raised, Create);
            if (Interest.InGroup(subject) is { } group)
            {
                Tell(group, ref raised, Create);
            }
        }

        CallsEvent Create() => create() with { Group = subject.Group };
    }

    /// <summary>Tells every reader of what is still here, and each that comes later, that the node goes away.</summary>
    /// <param name="deadline">When sessions are ended that are still there.</param>
    /// <param name="isHere">Whether there is a session here of those that somebody reads of: what went to another node goes
    /// on, and nobody has to do anything.</param>
    public void GoAway(DateTimeOffset deadline, Func<EventsRequest, bool> isHere)
    {
        lock (_lock)
        {
            _deadline = deadline;
            _isHere = isHere;
            foreach (var (interest, readers) in _readersOf)
            {
                if (!isHere(interest.Request))
                {
                    continue;
                }

                foreach (var reader in readers)
                {
                    reader.WriteGoingAway(deadline);
                }
            }
        }
    }

    /// <summary>Tells those who read of a session alone nothing more, after what has happened: another node goes on with
    /// it, and tells.</summary>
    public void Leave(EventSubject subject)
    {
        lock (_lock)
        {
            if (_readersOf.Remove(Interest.InSession(subject), out var readers))
            {
                _readerCount -= readers.Count;
                foreach (var reader in readers)
                {
                    reader.Complete();
                }
            }
        }
    }

    /// <summary>What happens from now on, until cancelled; kept from now on too.</summary>
    public IAsyncEnumerable<CallsEvent> Read(EventsRequest request, CancellationToken cancellation)
    {
        var (appId, sessionId, group) = request;
        var reader = new Reader(sessionId);
        var interest = new Interest(appId, sessionId, sessionId is null ? group : null);
        Add(interest, reader);
        cancellation.UnsafeRegister(_ => Remove(interest, reader), state: null);
        return reader.Events.ReadAllAsync(cancellation);
    }

    private void Tell(Interest interest, ref CallsEvent? raised, Func<CallsEvent> create)
    {
        if (!_readersOf.TryGetValue(interest, out var readers))
        {
            return;
        }

        raised ??= create();
        foreach (var reader in readers)
        {
            reader.Write(raised);
        }
    }

    private void Add(Interest interest, Reader reader)
    {
        lock (_lock)
        {
            if (!_readersOf.TryGetValue(interest, out var readers))
            {
                readers = [];
                _readersOf.Add(interest, readers);
            }

            readers.Add(reader);
            _readerCount++;
            if (_deadline is { } deadline && _isHere(interest.Request))
            {
                reader.WriteGoingAway(deadline);
            }
        }
    }

    private void Remove(Interest interest, Reader reader)
    {
        lock (_lock)
        {
            if (_readersOf.TryGetValue(interest, out var readers) && readers.Remove(reader))
            {
                _readerCount--;
                if (readers.Count == 0)
                {
                    _readersOf.Remove(interest);
                }
            }
        }
    }

    /// <summary>What is read: a session, a group, or without either all of an app.</summary>
    private readonly record struct Interest(string AppId, string? SessionId, string? Group)
    {
        public EventsRequest Request => new(AppId, SessionId, Group);

        public static Interest InSession(EventSubject subject) =>
            new(subject.AppId, subject.SessionId, Group: null);

        public static Interest InApp(EventSubject subject) =>
            new(subject.AppId, SessionId: null, Group: null);

        public static Interest? InGroup(EventSubject subject) =>
            subject is { Group: { } group, IsPrivate: false }
                ? new Interest(subject.AppId, SessionId: null, group)
                : null;
    }

    /// <summary>One who reads. Threads: under the hub's lock, but for <see cref="Events"/>.</summary>
    private sealed class Reader(string? sessionId)
    {
        private readonly Channel<CallsEvent> _channel = Channel.CreateBounded<CallsEvent>(
            new BoundedChannelOptions(BacklogMax)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            }
        );
        private long _sequence;

        public ChannelReader<CallsEvent> Events => _channel.Reader;

        public void Write(CallsEvent raised) =>
            _channel.Writer.TryWrite(raised with { Sequence = ++_sequence });

        public void Complete() => _channel.Writer.TryComplete();

        public void WriteGoingAway(DateTimeOffset deadline) =>
            Write(
                new CallsEvent(CallsEventKind.GoingAway, sessionId, DateTimeOffset.UtcNow, 0)
                {
                    Deadline = deadline,
                }
            );
    }
}
