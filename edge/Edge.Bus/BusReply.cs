namespace Edge.Bus;

/// <summary>What became of a request.</summary>
/// <param name="Status">Whether there is an answer, and why not.</param>
/// <param name="Payload">The answer; empty without one.</param>
public readonly record struct BusReply(BusReplyStatus Status, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether there is an answer.</summary>
    public bool IsAnswered => Status == BusReplyStatus.Answered;
}
