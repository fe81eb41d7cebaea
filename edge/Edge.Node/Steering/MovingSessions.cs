namespace Edge.Node.Steering;

/// <summary>Sessions that are just being given away: what concerns one waits until it is known who has it.</summary>
/// <remarks>Bounded by the node's sessions. Threads: any.</remarks>
internal sealed class MovingSessions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource> _moving = new(StringComparer.Ordinal);
    private long _begun;

    /// <summary>How often a session began to be given away, since the node started.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>A session may be another node's before long.</summary>
    public void Begin(string sessionId)
    {
        lock (_lock)
        {
            _begun++;
            _moving.TryAdd(
                sessionId,
                new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
            );
        }
    }

    /// <summary>It is known who has it, or that nobody does.</summary>
    public void End(string sessionId)
    {
        lock (_lock)
        {
            if (_moving.Remove(sessionId, out var over))
            {
                over.SetResult();
            }
        }
    }

    /// <summary>Waits until it is known who has a session; at once for one that is not being given away.</summary>
    public Task WaitAsync(string sessionId, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _moving.TryGetValue(sessionId, out var over)
                ? over.Task.WaitAsync(cancellation)
                : Task.CompletedTask;
        }
    }
}
