using Edge.Primitives;

namespace Anycast.Health.Peers;

/// <summary>What the other nodes of the PoP said last, for as long as it is fresh.</summary>
/// <remarks>Bounded by <see cref="PeersMax"/>; further names are not taken. Threads: one owner.</remarks>
public sealed class PeerTable
{
    /// <summary>Most peers. Chosen: routers spread flows over 64 next hops at most.</summary>
    public const int PeersMax = 64;

    private readonly TimeSpan _silenceMax;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Makes an empty table.</summary>
    /// <param name="silenceMax">How long a report counts.</param>
    public PeerTable(TimeSpan silenceMax) => _silenceMax = silenceMax;

    /// <summary>Takes a report; false when there is no room for a further name.</summary>
    public bool TryNote(string peer, PeerReport report, Instant now)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_entries.Count == PeersMax && !_entries.ContainsKey(peer))
        {
            return false;
        }

        _entries[peer] = new Entry(report, now);
        return true;
    }

    /// <summary>How many peers say a thing now.</summary>
    public int Count(PeerReport report, Instant now)
    {
        var count = 0;
        foreach (var entry in _entries.Values)
        {
            count += entry.Report == report && now - entry.At <= _silenceMax ? 1 : 0;
        }

        return count;
    }

    private readonly record struct Entry(PeerReport Report, Instant At);
}
