using System.Collections.Concurrent;

namespace Edge.Node.Shards;

/// <summary>Commands for a shard, in the order they were posted.</summary>
/// <remarks>
/// Bounded: requests of the control plane are refused beyond <see cref="RequestsMax"/>; what shards tell
/// each other is bounded by their sessions and always taken. Threads: any may post, the shard takes.
/// </remarks>
internal sealed class ShardMailbox
{
    /// <summary>Chosen: more waiting requests than a shard serves in the seconds a client waits.</summary>
    public const int RequestsMax = 16_384;

    private readonly ConcurrentQueue<ShardCommand> _commands = new();
    private int _isClosed;

    /// <summary>Whether nobody reads it any more: whoever appended something refuses it himself.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _commands.IsEmpty;

    /// <summary>Appends a request of the control plane; false when too many wait.</summary>
    public bool TryPost(ShardCommand command)
    {
        if (_commands.Count >= RequestsMax)
        {
            return false;
        }

        _commands.Enqueue(command);
        return true;
    }

    /// <summary>Appends a message of another shard.</summary>
    public void Post(ShardCommand command) => _commands.Enqueue(command);

    /// <summary>The reader ends: what comes from now on has to be refused.</summary>
    public void Close() => Interlocked.Exchange(ref _isClosed, 1);

    /// <summary>Takes the oldest command; false when there is none.</summary>
    public bool TryTake(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ShardCommand? command
    ) => _commands.TryDequeue(out command);
}
