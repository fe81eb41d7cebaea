namespace Edge.Bus;

/// <summary>A message as a subscriber sees it; valid during the call.</summary>
/// <param name="subject">The subject it was published to.</param>
/// <param name="payload">Its bytes.</param>
/// <param name="replyTo">Where an answer is expected, if any.</param>
public readonly ref struct BusMessage(string subject, ReadOnlySpan<byte> payload, string? replyTo)
{
    /// <summary>The subject it was published to.</summary>
    public string Subject { get; } = subject;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Where an answer is expected; null for nowhere.</summary>
    public string? ReplyTo { get; } = replyTo;
}
