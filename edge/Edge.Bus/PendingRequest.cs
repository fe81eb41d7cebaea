namespace Edge.Bus;

/// <summary>A request that waits for its answer.</summary>
/// <param name="id">Its number.</param>
/// <param name="replyTo">Where the answer comes.</param>
internal sealed class PendingRequest(long id, string replyTo)
{
    /// <summary>Its number.</summary>
    public long Id { get; } = id;

    /// <summary>Where the answer comes.</summary>
    public string ReplyTo { get; } = replyTo;

    /// <summary>The answer, once it is there.</summary>
    public TaskCompletionSource<BusReply> Reply { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
