namespace Edge.Node.Sessions.Channels;

/// <summary>Bytes of messages that are on their way: what they come from waits when they are too many.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class InFlightAccount
{
    private int _bytes;

    /// <summary>Whether what comes next has to wait: too much is on its way.</summary>
    public bool IsCongested => Volatile.Read(ref _bytes) > ChannelLimits.InFlightBytesMax;

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsEmpty => Volatile.Read(ref _bytes) == 0;

    /// <summary>Counts bytes that set out or, negative, have arrived.</summary>
    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);
}
