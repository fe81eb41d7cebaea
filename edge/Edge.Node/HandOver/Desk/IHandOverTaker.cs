namespace Edge.Node.HandOver.Desk;

/// <summary>Takes sessions that another node of the PoP gives away.</summary>
/// <remarks>Threads: any; several letters may come at once.</remarks>
internal interface IHandOverTaker
{
    /// <summary>Whether this node would take sessions now, and how many. Does not wait: it is asked on a thread of the bus.</summary>
    HandOverOffer Consider();

    /// <summary>Takes all sessions of a group, or none of them.</summary>
    /// <param name="group">What the other node has written. Borrowed until the answer, and cleared then.</param>
    /// <param name="cancellation">Ends it before anything was taken, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null once all are taken; otherwise why none is.</returns>
    ValueTask<HandOverRefusal?> TakeAsync(
        ReadOnlyMemory<byte> group,
        CancellationToken cancellation
    );
}
