using Microsoft.Extensions.Logging;

namespace Edge.Bus;

/// <summary>Calls handlers where messages are read, on whatever thread that is, several at once.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="counters">Where delivered messages are counted.</param>
/// <param name="logger">Where a handler's exceptions go.</param>
internal sealed class DirectCalls(BusCounters counters, ILogger logger)
{
    private int _count;
    private volatile bool _isClosed;

    /// <summary>Gives a subscription a message, unless it or all of this has ended.</summary>
    public void Call(BusSubscription subscription, BusMessage message)
    {
        // Before the look at the end: either it is seen here, or the call is seen there.
        Interlocked.Increment(ref _count);
        try
        {
            if (!_isClosed && subscription.TryHandleDirectly(message))
            {
                counters.CountDelivered(message.Payload.Length);
            }
        }
        catch (Exception error) // A handler's fault costs its message, not everybody else's.
        {
            BusDispatcher.LogHandlerFault(logger, subscription.Pattern, error);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Ends them: once this is done, no handler is called. Within one it does not wait for it.</summary>
    public void Close()
    {
        _isClosed = true;
        Interlocked.MemoryBarrier();
        var wait = new SpinWait();
        while (!BusSubscription.IsCalling && Volatile.Read(ref _count) > 0)
        {
            wait.SpinOnce();
        }
    }
}
