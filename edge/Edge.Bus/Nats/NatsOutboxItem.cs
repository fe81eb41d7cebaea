namespace Edge.Bus.Nats;

/// <summary>Something for the server, in its turn.</summary>
/// <param name="Subscription">What to begin, or to end when it is disposed; null for a message.</param>
/// <param name="Subject">The message's subject.</param>
/// <param name="ReplyTo">Where an answer is expected.</param>
/// <param name="Buffer">The payload's pooled buffer. Owner: whoever took the item.</param>
/// <param name="Length">The payload's bytes in it.</param>
/// <param name="AtMs">When it was published (Environment.TickCount64).</param>
internal readonly record struct NatsOutboxItem(
    BusSubscription? Subscription,
    string Subject,
    string? ReplyTo,
    byte[] Buffer,
    int Length,
    long AtMs
)
{
    /// <summary>What it takes of the bound.</summary>
    public int Cost => Subscription is null ? Length + BusDispatcher.MessageOverheadBytes : 0;

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Buffer.AsMemory(0, Length);
}
