using System.Buffers;

namespace Edge.Bus.Nats;

/// <summary>What waits to be sent: messages, bounded in bytes and age, and subscriptions that begin and end.
/// It is open while there is a connection, and forgets everything when that ends. Threads: any may add, one
/// takes.</summary>
/// <param name="bytesMax">What may wait.</param>
/// <param name="ageMax">How long it may wait; null for ever.</param>
/// <param name="counters">Where dropped messages are counted.</param>
internal sealed class NatsOutbox(int bytesMax, TimeSpan? ageMax, BusCounters counters)
{
    // Chosen: more than a node has tracks. Subscriptions that come and go faster than they are sent are those
    // of a connection that is stuck; they are all sent anew with the next.
    private const int SubscriptionsMax = 65_536;

    private readonly object _gate = new();
    private readonly Queue<NatsOutboxItem> _items = new();
    private long _bytes;
    private int _subscriptions;
    private int _openings;
    private bool _isOpen;
    private bool _isTakerWaiting;

    /// <summary>Whether everything that was added has been taken and dealt with.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _items.Count == 0 && _isTakerWaiting;
            }
        }
    }

    /// <summary>Adds a message, copied.</summary>
    /// <returns>False when it is closed or full.</returns>
    public bool TryAdd(string subject, ReadOnlySpan<byte> payload, string? replyTo)
    {
        lock (_gate)
        {
            if (!_isOpen || !HasRoom(payload.Length))
            {
                return false;
            }
        }

        // Copied outside the lock: publishers copy side by side. What comes between is a few messages beyond
        // the bound at most, one a thread.
        var buffer = NatsFrame.Rent(subject, payload, replyTo, out var length);
        return TryEnqueue(new(null, buffer, length, payload.Length, Environment.TickCount64));
    }

    /// <summary>Adds a subscription, to be begun, or ended if it is disposed by then.</summary>
    /// <returns>False when too many wait: the connection is stuck.</returns>
    public bool TryAdd(BusSubscription subscription)
    {
        lock (_gate)
        {
            if (!_isOpen)
            {
                return true; // The next connection begins with all there are.
            }

            if (_subscriptions >= SubscriptionsMax)
            {
                return false;
            }

            Enqueue(subscription);
            Wake();
            return true;
        }
    }

    /// <summary>Opens it, with the subscriptions that there are.</summary>
    /// <returns>What the one that takes has to say.</returns>
    public int Open(IEnumerable<BusSubscription> subscriptions)
    {
        lock (_gate)
        {
            _isOpen = true;
            foreach (var subscription in subscriptions)
            {
                Enqueue(subscription);
            }

            return ++_openings;
        }
    }

    /// <summary>Closes it; what waits is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isOpen = false;
            _subscriptions = 0;
            while (_items.TryDequeue(out var item))
            {
                if (item.Subscription is null)
                {
                    Drop(item);
                }
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes the next, and waits for it. What is too old is dropped on the way.</summary>
    /// <param name="opening">What <see cref="Open"/> said.</param>
    /// <param name="item">The next.</param>
    /// <returns>False when it was closed.</returns>
    public bool TryTake(int opening, out NatsOutboxItem item)
    {
        lock (_gate)
        {
            while (_isOpen && opening == _openings)
            {
                if (TryDequeue(out item))
                {
                    return true;
                }

                _isTakerWaiting = true;
                Monitor.Wait(_gate);
                _isTakerWaiting = false;
            }
        }

        item = default;
        return false;
    }

    private bool TryEnqueue(in NatsOutboxItem item)
    {
        lock (_gate)
        {
            if (!_isOpen)
            {
                ArrayPool<byte>.Shared.Return(item.Buffer);
                return false;
            }

            _bytes += item.Cost;
            _items.Enqueue(item);
            Wake();
            return true;
        }
    }

    private void Enqueue(BusSubscription subscription)
    {
        _subscriptions++;
        _items.Enqueue(new(subscription, [], 0, 0, 0));
    }

    /// <summary>Whether a message fits, once those at the head that are too old are gone.</summary>
    private bool HasRoom(int length)
    {
        var cost = length + BusDispatcher.MessageOverheadBytes;
        while (
            _bytes + cost > bytesMax
            && _items.TryPeek(out var oldest)
            && oldest.Subscription is null
            && IsTooOld(oldest)
        )
        {
            Drop(_items.Dequeue());
        }

        return _bytes + cost <= bytesMax;
    }

    private bool TryDequeue(out NatsOutboxItem item)
    {
        while (_items.TryDequeue(out item))
        {
            if (item.Subscription is not null)
            {
                _subscriptions--;
                return true;
            }

            if (!IsTooOld(item))
            {
                _bytes -= item.Cost;
                return true;
            }

            Drop(item);
        }

        return false;
    }

    private bool IsTooOld(in NatsOutboxItem item) =>
        Environment.TickCount64 - item.AtMs > ageMax?.TotalMilliseconds;

    private void Drop(in NatsOutboxItem item)
    {
        _bytes -= item.Cost;
        ArrayPool<byte>.Shared.Return(item.Buffer);
        counters.CountDropped();
    }

    private void Wake()
    {
        if (_isTakerWaiting)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
