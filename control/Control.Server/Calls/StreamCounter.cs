using System.Collections.Concurrent;

namespace Control.Server.Calls;

/// <summary>Counts streams that are open, by whose they are. Keys without one are forgotten. Threads: any.</summary>
internal sealed class StreamCounter
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Counts one more, unless there are as many as may be.</summary>
    public bool TryEnter(string key, int countMax)
    {
        if (_open.AddOrUpdate(key, 1, (_, before) => before + 1) <= countMax)
        {
            return true;
        }

        Leave(key);
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Leave(string key)
    {
        _open.AddOrUpdate(key, 0, (_, before) => before - 1);
        _open.TryRemove(new KeyValuePair<string, int>(key, 0));
    }
}
