namespace Edge.Bus;

/// <summary>What a bus counts. Threads: any.</summary>
internal sealed class BusCounters
{
    private long _published;
    private long _publishedBytes;
    private long _dropped;
    private long _delivered;
    private long _deliveredBytes;
    private long _missed;
    private long _reconnects;

    /// <summary>The counts now; each of its own moment.</summary>
    public BusStats Read() =>
        new(
            Volatile.Read(ref _published),
            Volatile.Read(ref _publishedBytes),
            Volatile.Read(ref _dropped),
            Volatile.Read(ref _delivered),
            Volatile.Read(ref _deliveredBytes),
            Volatile.Read(ref _missed),
            Volatile.Read(ref _reconnects)
        );

    /// <summary>A message was given to the connection.</summary>
    public void CountPublished(int bytes)
    {
        Interlocked.Increment(ref _published);
        Interlocked.Add(ref _publishedBytes, bytes);
    }

    /// <summary>Messages were not sent.</summary>
    public void CountDropped(int messages = 1) => Interlocked.Add(ref _dropped, messages);

    /// <summary>A message is given to a handler.</summary>
    public void CountDelivered(int bytes)
    {
        Interlocked.Increment(ref _delivered);
        Interlocked.Add(ref _deliveredBytes, bytes);
    }

    /// <summary>A message came and was lost here.</summary>
    public void CountMissed() => Interlocked.Increment(ref _missed);

    /// <summary>A connection was made that was not the first.</summary>
    public void CountReconnect() => Interlocked.Increment(ref _reconnects);
}
