using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>Apps that ended lately. All nodes are told at once, and a session that is on its way between two of them is at neither:
/// it ends when it arrives.</summary>
/// <remarks>An app that ended never comes back. Bounded by <see cref="CountMax"/>; beyond that the oldest is forgotten.
/// Threads: any.</remarks>
internal sealed class EndedApps
{
    /// <summary>Most apps that are remembered. Chosen: more than anybody deletes within <see cref="Kept"/>.</summary>
    public const int CountMax = 1024;

    /// <summary>How long. Chosen: several times as long as a session may be on its way.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Queue<(string AppId, Instant At)> _ended = [];

    /// <summary>An app has ended. Before its sessions that are here are looked for.</summary>
    public void Note(string appId, Instant now)
    {
        lock (_lock)
        {
            if (_ended.Count == CountMax)
            {
                _ = _ended.Dequeue();
            }

            _ended.Enqueue((appId, now));
        }
    }

    /// <summary>Whether an app ended lately. After a session of it can be found here.</summary>
    public bool Has(string appId, Instant now)
    {
        lock (_lock)
        {
            while (_ended.TryPeek(out var oldest) && now - oldest.At >= Kept)
            {
                _ = _ended.Dequeue();
            }

            foreach (var ended in _ended)
            {
                if (string.Equals(ended.AppId, appId, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
