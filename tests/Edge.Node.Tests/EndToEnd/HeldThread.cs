namespace Edge.Node.Tests.EndToEnd;

/// <summary>Holds the thread of a node that completes something, until it is disposed: what a test does meanwhile comes to that
/// thread at once.</summary>
/// <typeparam name="T">What it completes with.</typeparam>
internal sealed class HeldThread<T> : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    // The thread may look at them yet when the test is over: left to the collector.
    private readonly ManualResetEventSlim _isHeld = new();
    private readonly ManualResetEventSlim _isOver = new();

    /// <summary>Makes one that holds nothing yet.</summary>
    public HeldThread() =>
        _ = Completion.Task.ContinueWith(
            _ => Hold(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    /// <summary>What is completed. Its continuation runs where that is done.</summary>
    public TaskCompletionSource<T> Completion { get; } = new();

    /// <summary>Waits until the thread is held; false when it is not in time.</summary>
    public bool TryAwait() => _isHeld.Wait(Within);

    /// <inheritdoc/>
    public void Dispose() => _isOver.Set();

    private void Hold()
    {
        _isHeld.Set();
        _ = _isOver.Wait(Within);
    }
}
