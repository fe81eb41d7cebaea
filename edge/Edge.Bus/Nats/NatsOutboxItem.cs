namespace Edge.Bus.Nats;

/// <summary>Something for the server, in its turn.</summary>
/// <param name="Subscription">What to begin, or to end when it is disposed; null for a message.</param>
/// <param name="Buffer">The pooled buffer of the message's frame. Owner: whoever took the item.</param>
/// <param name="Length">The frame's bytes in it.</param>
/// <param name="PayloadLength">The payload's bytes in that.</param>
/// <param name="AtMs">When it was published (Environment.TickCount64).</param>
internal readonly record struct NatsOutboxItem(
    BusSubscription? Subscription,
    byte[] Buffer,
    int Length,
    int PayloadLength,
    long AtMs
)
{
    /// <summary>What it takes of the bound.</summary>
    public int Cost => Subscription is null ? Length + BusDispatcher.MessageOverheadBytes : 0;

    /// <summary>The frame.</summary>
    public ReadOnlySpan<byte> Frame => Buffer.AsSpan(0, Length);
}
