using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Edge.Bus.Nats;

/// <summary>What waits to be sent: messages, bounded in bytes and age, and subscriptions that begin and end.
/// It is open while there is a connection, and forgets everything when that ends. Threads: any may add; one at
/// a time takes, and one waits.</summary>
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
    private bool _isWaiting;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _items.Count == 0;
            }
        }
    }

    /// <summary>Adds a message, copied.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="payload">The message.</param>
    /// <param name="replyTo">Where answers go.</param>
    /// <param name="wakes">Whether who waits is woken; whoever says no sees to it that it is taken.</param>
    /// <returns>False when it is closed or full.</returns>
    public bool TryAdd(string subject, ReadOnlySpan<byte> payload, string? replyTo, bool wakes)
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
        return TryEnqueue(
            new(null, buffer, length, payload.Length, Environment.TickCount64),
            wakes
        );
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
            WakeWaiting();
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

    /// <summary>Waits until there is something to take. One at a time.</summary>
    /// <param name="opening">What <see cref="Open"/> said.</param>
    /// <returns>False when it was closed.</returns>
    public bool Wait(int opening)
    {
        lock (_gate)
        {
            while (IsOpenAs(opening) && _items.Count == 0)
            {
                _isWaiting = true;
                Monitor.Wait(_gate);
                _isWaiting = false;
            }

            return IsOpenAs(opening);
        }
    }

    /// <summary>Ends a wait: something is left to be taken.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            WakeWaiting();
        }
    }

    /// <summary>Takes the next if it is a message that is not too long. What is too old is dropped on the way.</summary>
    /// <param name="opening">What <see cref="Open"/> said.</param>
    /// <param name="bytesMax">How long its frame may be.</param>
    /// <param name="item">The message.</param>
    public bool TryTakeMessage(int opening, int bytesMax, out NatsOutboxItem item)
    {
        lock (_gate)
        {
            while (IsOpenAs(opening) && _items.TryPeek(out item) && item.Subscription is null)
            {
                if (IsTooOld(item))
                {
                    Drop(_items.Dequeue());
                    continue;
                }

                if (item.Length > bytesMax)
                {
                    return false;
                }

                _bytes -= _items.Dequeue().Cost;
                return true;
            }
        }

        item = default;
        return false;
    }

    /// <summary>Takes the next if it is a subscription.</summary>
    public bool TryTakeSubscription(
        int opening,
        [NotNullWhen(true)] out BusSubscription? subscription
    )
    {
        lock (_gate)
        {
            subscription = null;
            if (IsOpenAs(opening) && _items.TryPeek(out var item))
            {
                subscription = item.Subscription;
            }

            if (subscription is null)
            {
                return false;
            }

            _items.Dequeue();
            _subscriptions--;
            return true;
        }
    }

    private bool IsOpenAs(int opening) => _isOpen && opening == _openings;

    private bool TryEnqueue(in NatsOutboxItem item, bool wakes)
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
            if (wakes)
            {
                WakeWaiting();
            }

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

    private bool IsTooOld(in NatsOutboxItem item) =>
        Environment.TickCount64 - item.AtMs > ageMax?.TotalMilliseconds;

    private void Drop(in NatsOutboxItem item)
    {
        _bytes -= item.Cost;
        ArrayPool<byte>.Shared.Return(item.Buffer);
        counters.CountDropped();
    }

    private void WakeWaiting()
    {
        if (_isWaiting)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
