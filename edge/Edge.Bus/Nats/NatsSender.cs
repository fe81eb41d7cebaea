using System.Buffers;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>Sends what is in the outbox over one connection.</summary>
/// <remarks>A thread of its own sends what others leave to it, and waits while the server does not read. Whoever
/// publishes many at once sends them itself, without waking that thread, as long as the network takes them.
/// Threads: one at a time sends, under a lock that nobody but the thread waits for.</remarks>
/// <param name="connection">The connection, for subscriptions.</param>
/// <param name="socket">Its socket, for messages.</param>
/// <param name="arrive">Takes what comes for a subscription.</param>
/// <param name="outbox">What to send; open.</param>
/// <param name="opening">What its opening said.</param>
/// <param name="counters">Where messages are counted.</param>
/// <param name="fail">Told when the connection is of no use any more, and why.</param>
/// <param name="cancellation">Ends a wait for the library.</param>
internal sealed class NatsSender(
    NatsConnection connection,
    NatsSocket socket,
    NatsArrival arrive,
    NatsOutbox outbox,
    int opening,
    BusCounters counters,
    Action<Exception> fail,
    CancellationToken cancellation
)
{
    /// <summary>What is written at once, unless one message is longer. Chosen: the system call's cost is spread over
    /// some fifty packets; less than a writable socket has room for (<see cref="NatsSocket.TryEnter"/>).</summary>
    private const int BatchBytesMax = 64 * 1024;

    private readonly Lock _sending = new();
    private readonly Dictionary<BusSubscription, NatsFeed> _feeds = [];
    private readonly byte[] _batch = new byte[BatchBytesMax];
    private long _subscriptions;
    private volatile bool _isSending;

    /// <summary>Whether everything that was added has been dealt with.</summary>
    public bool IsIdle => outbox.IsEmpty && !_isSending;

    /// <summary>Sends what is left to it until the connection ends. Threads: its own.</summary>
    public void Run()
    {
        var isUsable = true;
        while (isUsable && outbox.Wait(opening))
        {
            lock (_sending)
            {
                isUsable = TrySendSome(mayWait: true);
            }
        }
    }

    /// <summary>Sends what waits, unless somebody does already, as far as the network takes it at once; the rest is
    /// left to the thread. Threads: any.</summary>
    public void TrySend()
    {
        // Who sends looks again afterwards: what was added meanwhile is sent by one of both.
        var hasSent = true;
        while (hasSent && !outbox.IsEmpty && _sending.TryEnter())
        {
            try
            {
                hasSent = TrySendSome(mayWait: false);
            }
            finally
            {
                _sending.Exit();
            }
        }

        if (!hasSent)
        {
            outbox.Wake();
        }
    }

    /// <summary>Sends some; false when that would wait for the network and must not, or the connection is of no use any
    /// more.</summary>
    private bool TrySendSome(bool mayWait)
    {
        _isSending = true;
        try
        {
            return mayWait ? SendSome() : TrySendNow();
        }
        catch (Exception error) // Whatever it is, nothing can be sent behind it.
        {
            fail(error);
            return false;
        }
        finally
        {
            _isSending = false;
        }
    }

    private bool SendSome()
    {
        if (outbox.TryTakeSubscription(opening, out var subscription))
        {
            Send(subscription);
            return true;
        }

        socket.AwaitSubscriptions(_subscriptions);
        if (!TryWriteBatch() && outbox.TryTakeMessage(opening, int.MaxValue, out var item))
        {
            counters.CountPublished(item.PayloadLength);
            socket.Write(item.Frame);
            ArrayPool<byte>.Shared.Return(item.Buffer);
        }

        return true;
    }

    private bool TrySendNow()
    {
        if (!socket.TryEnter(_subscriptions))
        {
            return false;
        }

        try
        {
            return TryWriteBatch();
        }
        finally
        {
            socket.Exit();
        }
    }

    /// <summary>Writes messages up to the next subscription, as many as go together; false when there is none that
    /// does.</summary>
    private bool TryWriteBatch()
    {
        var length = 0;
        while (outbox.TryTakeMessage(opening, BatchBytesMax - length, out var item))
        {
            counters.CountPublished(item.PayloadLength);
            item.Frame.CopyTo(_batch.AsSpan(length));
            length += item.Length;
            ArrayPool<byte>.Shared.Return(item.Buffer);
        }

        if (length == 0)
        {
            return false;
        }

        socket.Write(_batch.AsSpan(0, length));
        return true;
    }

    private void Send(BusSubscription subscription)
    {
        if (!subscription.IsDisposed)
        {
            var feed = new NatsFeed(connection, subscription, arrive);
            _feeds.Add(subscription, feed);
            _subscriptions++;
            connection.AddSubAsync(feed, cancellation).AsTask().GetAwaiter().GetResult();
        }
        else if (_feeds.Remove(subscription, out var feed))
        {
            feed.UnsubscribeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
