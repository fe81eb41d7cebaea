namespace Edge.Hosting.Lifetime;

/// <summary>Whether this process still takes new sessions. Threads: any.</summary>
public sealed class DrainState
{
    private readonly TaskCompletionSource _began = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>Whether a drain began. It does not end but with the process.</summary>
    public bool IsDraining => _began.Task.IsCompleted;

    /// <summary>Completes when a drain begins.</summary>
    public Task Began => _began.Task;

    /// <summary>Begins the drain: new sessions are refused, old ones go on.</summary>
    public void Begin() => _began.TrySetResult();
}
