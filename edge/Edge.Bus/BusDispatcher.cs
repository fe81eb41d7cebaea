using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Edge.Bus;

/// <summary>Calls the handlers of a bus: one at a time, in the order of arrival, on one thread of its own; direct ones
/// at once.</summary>
/// <remarks>
/// What waits is bounded in bytes. Beyond the bound the oldest is lost, not the newest: of media and of
/// states the newest is worth most, and after a handler that waited for too long they are current again
/// at once. Threads: any.
/// </remarks>
/// <param name="name">Of the thread.</param>
/// <param name="bytesMax">What may wait, with <see cref="MessageOverheadBytes"/> for each message.</param>
/// <param name="ageMax">Messages that waited for longer are lost; null for none.</param>
/// <param name="counters">Where delivered and missed messages are counted.</param>
/// <param name="logger">Where a handler's exceptions go.</param>
internal sealed partial class BusDispatcher(
    string name,
    int bytesMax,
    TimeSpan? ageMax,
    BusCounters counters,
    ILogger logger
)
{
    /// <summary>What a message costs beside its payload. Chosen: its place in the queue and its strings.</summary>
    public const int MessageOverheadBytes = 256;

    private readonly object _gate = new();
    private readonly DirectCalls _direct = new(counters, logger);
    private readonly Queue<Arrival> _arrivals = new();
    private readonly List<BusConnectionWatch> _watches = [];
    private readonly TaskCompletionSource _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private Thread? _thread;
    private object? _running;
    private long _waitingBytes;
    private int _disposersWaiting;
    private int _holders;
    private bool _isIdle;
    private bool _areChangesWaiting;
    private bool _isClosed;

    /// <summary>Starts the thread. Once.</summary>
    public void Start()
    {
        // Whatever starts it ends with CloseAsync; a process may also end while it runs.
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Has a message handled, or lost when handlers do not keep up. Never waits for them.</summary>
    public void Post(
        BusSubscription subscription,
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo
    )
    {
        if (subscription.IsDirect)
        {
            _direct.Call(subscription, new(subject, payload, replyTo));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(buffer);
        Post(new(subscription, subject, replyTo, buffer, payload.Length, Environment.TickCount64));
    }

    /// <inheritdoc cref="Post(BusSubscription,string,ReadOnlySpan{byte},string)"/>
    public void Post(
        BusSubscription subscription,
        string subject,
        in ReadOnlySequence<byte> payload,
        string? replyTo
    )
    {
        if (payload.IsSingleSegment)
        {
            Post(subscription, subject, payload.FirstSpan, replyTo);
            return;
        }

        var length = checked((int)payload.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(buffer);
        if (subscription.IsDirect)
        {
            _direct.Call(subscription, new(subject, buffer.AsSpan(0, length), replyTo));
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        Post(new(subscription, subject, replyTo, buffer, length, Environment.TickCount64));
    }

    /// <summary>Wakes the thread no more until released: whoever posts many at once has it woken once.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holders++;
        }
    }

    /// <summary>Ends a hold.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _holders--;
            if (_arrivals.Count > 0 || _areChangesWaiting || _isClosed)
            {
                Wake();
            }
        }
    }

    /// <summary>Has everybody who watches told of a change of the connection.</summary>
    public void PostConnection(bool isConnected)
    {
        lock (_gate)
        {
            foreach (var watch in _watches)
            {
                watch.Note(isConnected);
            }

            _areChangesWaiting = _watches.Count > 0;
            Wake();
        }
    }

    /// <summary>Adds somebody who wants to know of changes.</summary>
    public BusConnectionWatch Watch(Action<bool> handler)
    {
        var watch = new BusConnectionWatch(handler, Remove);
        lock (_gate)
        {
            _watches.Add(watch);
        }

        return watch;
    }

    /// <summary>Waits until a subscription that was disposed is not handled any more.</summary>
    public void Forget(BusSubscription subscription)
    {
        if (subscription.IsDirect)
        {
            subscription.WaitForDirectCalls();
            return;
        }

        lock (_gate)
        {
            WaitWhileRunning(subscription);
        }
    }

    /// <summary>Ends the thread: once this is done, no handler is called. On the thread itself it does not
    /// wait for the end of the handler that calls it.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            Wake();
        }

        _direct.Close();
        return _thread is null || _thread == Thread.CurrentThread
            ? Task.CompletedTask
            : _ended.Task;
    }

    private void Post(in Arrival arrival)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                ArrayPool<byte>.Shared.Return(arrival.Buffer);
                return;
            }

            _arrivals.Enqueue(arrival);
            _waitingBytes += arrival.Cost;
            while (_waitingBytes > bytesMax)
            {
                Lose(_arrivals.Dequeue());
            }

            Wake();
        }
    }

    private void Lose(in Arrival arrival)
    {
        _waitingBytes -= arrival.Cost;
        ArrayPool<byte>.Shared.Return(arrival.Buffer);
        counters.CountMissed();
    }

    private void Wake()
    {
        if (_isIdle && _holders == 0)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Remove(BusConnectionWatch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
            WaitWhileRunning(watch);
        }
    }

    private void WaitWhileRunning(object what)
    {
        if (Thread.CurrentThread == _thread)
        {
            return;
        }

        _disposersWaiting++;
        while (_running == what)
        {
            Monitor.Wait(_gate);
        }

        _disposersWaiting--;
    }

    private void Run()
    {
        while (TryTake(out var arrival, out var watch, out var isConnected))
        {
            if (watch is null)
            {
                Deliver(arrival);
            }
            else
            {
                Tell(watch, isConnected);
            }
        }

        _ended.SetResult();
    }

    /// <summary>Ends what ran, and waits for what is next.</summary>
    /// <returns>False at the end.</returns>
    private bool TryTake(out Arrival arrival, out BusConnectionWatch? watch, out bool isConnected)
    {
        lock (_gate)
        {
            EndRunning();
            while (!_isClosed)
            {
                if (TryTakeChange(out watch, out isConnected))
                {
                    arrival = default;
                    _running = watch;
                    return true;
                }

                if (TryTakeArrival(out arrival))
                {
                    _running = arrival.Subscription;
                    return true;
                }

                _isIdle = true;
                Monitor.Wait(_gate);
                _isIdle = false;
            }

            while (_arrivals.TryDequeue(out arrival))
            {
                ArrayPool<byte>.Shared.Return(arrival.Buffer);
            }
        }

        arrival = default;
        watch = null;
        isConnected = false;
        return false;
    }

    private void EndRunning()
    {
        _running = null;
        if (_disposersWaiting > 0)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryTakeChange(out BusConnectionWatch? watch, out bool isConnected)
    {
        if (_areChangesWaiting)
        {
            foreach (var candidate in _watches)
            {
                if (!candidate.IsDisposed && candidate.TryTake(out isConnected))
                {
                    watch = candidate;
                    return true;
                }
            }

            _areChangesWaiting = false;
        }

        watch = null;
        isConnected = false;
        return false;
    }

    private bool TryTakeArrival(out Arrival arrival)
    {
        while (_arrivals.TryDequeue(out arrival))
        {
            if (arrival.Subscription.IsDisposed)
            {
                _waitingBytes -= arrival.Cost;
                ArrayPool<byte>.Shared.Return(arrival.Buffer);
            }
            else if (Environment.TickCount64 - arrival.AtMs > ageMax?.TotalMilliseconds)
            {
                Lose(arrival);
            }
            else
            {
                _waitingBytes -= arrival.Cost;
                return true;
            }
        }

        return false;
    }

    private void Deliver(in Arrival arrival)
    {
        counters.CountDelivered(arrival.Length);
        try
        {
            arrival.Subscription.Handle(
                new(arrival.Subject, arrival.Buffer.AsSpan(0, arrival.Length), arrival.ReplyTo)
            );
        }
        catch (Exception error) // A handler's fault costs its message, not everybody else's.
        {
            LogHandlerFault(logger, arrival.Subscription.Pattern, error);
        }

        ArrayPool<byte>.Shared.Return(arrival.Buffer);
    }

    private void Tell(BusConnectionWatch watch, bool isConnected)
    {
        try
        {
            watch.Handle(isConnected);
        }
        catch (Exception error) // As above.
        {
            LogWatchFault(logger, error);
        }
    }

    private readonly record struct Arrival(
        BusSubscription Subscription,
        string Subject,
        string? ReplyTo,
        byte[] Buffer,
        int Length,
        long AtMs
    )
    {
        public int Cost => Length + MessageOverheadBytes;
    }
}
