using System.Collections.Immutable;
using System.Net;
using Anycast.Steering;
using Edge.Bus.Lan;
using Edge.Hosting.Settings.Mesh;
using Edge.Primitives;

namespace Edge.Hosting.Discovery;

/// <summary>The peers of a process: those it was told, and those that are or were in the catalogue.</summary>
/// <remarks>
/// The catalogue adds; what it does not say takes nobody away by itself. A peer goes when a catalogue that is complete
/// (it has this process) is without it and it has had no connection for <see cref="ConsulTimes.DropAfter"/>. What
/// Consul thinks of somebody's health takes nobody away either: the LAN knows better.
/// Threads: one at a time.
/// </remarks>
/// <param name="self">This process.</param>
/// <param name="fixedPeers">EDGE_PEERS; the catalogue changes nothing in them.</param>
/// <param name="dropAfter"><see cref="ConsulTimes.DropAfter"/>.</param>
internal sealed class PeerBook(
    PopIdentity self,
    ImmutableArray<MeshPeer> fixedPeers,
    TimeSpan dropAfter
)
{
    private readonly SortedDictionary<string, FoundPeer> _found = new(StringComparer.Ordinal);
    private HashSet<BookChange> _refused = [];

    /// <summary>All peers, for the LAN.</summary>
    public ImmutableArray<LanPeer> Peers =>
        [
            .. fixedPeers.Select(peer => new LanPeer(peer.Name, peer.Lan)),
            .. _found.Select(pair => new LanPeer(pair.Key, pair.Value.Lan)),
        ];

    /// <summary>How many were found.</summary>
    public int FoundCount => _found.Count;

    /// <summary>Who is connected now: to be said more often than every <see cref="ConsulTimes.DropAfter"/>.</summary>
    public void HandleConnected(IReadOnlySet<string> connected, Instant now)
    {
        foreach (var (name, peer) in _found)
        {
            peer.IsConnected = connected.Contains(name);
            if (peer.IsConnected)
            {
                peer.LastSeen = now;
            }
        }
    }

    /// <summary>Takes in what the catalogue says.</summary>
    /// <param name="entries">The processes of the PoP.</param>
    /// <param name="now">The time.</param>
    /// <param name="isComplete">Whether this process is among them, so that it is the catalogue of the PoP and not
    /// that of an agent which has just lost it.</param>
    /// <returns>What changed; of what cannot be a peer only what is new.</returns>
    public ImmutableArray<BookChange> HandleCatalogue(
        ImmutableArray<CatalogueEntry> entries,
        Instant now,
        out bool isComplete
    )
    {
        var changes = ImmutableArray.CreateBuilder<BookChange>();
        var refused = new HashSet<BookChange>();
        isComplete = entries.Any(IsSelf);
        var listed = ChooseOfEachName(entries, refused);
        if (isComplete)
        {
            Drop(listed, now, changes);
        }

        foreach (var entry in listed.Values.OrderBy(Urgency))
        {
            Enter(entry, now, changes, refused);
        }

        changes.AddRange(refused.Where(refusal => !_refused.Contains(refusal)));
        _refused = refused;
        return changes.DrainToImmutable();
    }

    /// <summary>One entry for each name of others: a process that has moved has two for a minute.</summary>
    private SortedDictionary<string, CatalogueEntry> ChooseOfEachName(
        ImmutableArray<CatalogueEntry> entries,
        HashSet<BookChange> refused
    )
    {
        var chosen = new SortedDictionary<string, CatalogueEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (IsNamed(entry.Name, self.Node))
            {
                if (!IsSelf(entry) && entry.Health == CatalogueHealth.Passing)
                {
                    refused.Add(Refuse(entry, PeerRefusal.OurName));
                }
            }
            else if (entry.Lan.Equals(self.Lan))
            {
                refused.Add(Refuse(entry, PeerRefusal.OurAddress));
            }
            else if (!chosen.TryGetValue(entry.Name, out var other) || IsBetter(entry, other))
            {
                chosen[entry.Name] = entry;
            }
        }

        return chosen;
    }

    /// <summary>The healthy one; of two, the one that is known already, so that they do not take turns.</summary>
    private bool IsBetter(CatalogueEntry entry, CatalogueEntry other) =>
        entry.Health != other.Health
            ? entry.Health == CatalogueHealth.Passing
            : _found.TryGetValue(entry.Name, out var known) && known.Lan.Equals(entry.Lan);

    private void Drop(
        SortedDictionary<string, CatalogueEntry> listed,
        Instant now,
        ImmutableArray<BookChange>.Builder changes
    )
    {
        foreach (var (name, peer) in _found.ToArray())
        {
            if (!listed.ContainsKey(name) && now - peer.LastSeen >= dropAfter)
            {
                _found.Remove(name);
                changes.Add(new(BookChangeKind.Dropped, name));
            }
        }
    }

    /// <summary>Who is known goes before who is new, and among these who lives.</summary>
    private int Urgency(CatalogueEntry entry) =>
        _found.ContainsKey(entry.Name) ? 0
        : entry.Health == CatalogueHealth.Passing ? 1
        : 2;

    private void Enter(
        CatalogueEntry entry,
        Instant now,
        ImmutableArray<BookChange>.Builder changes,
        HashSet<BookChange> refused
    )
    {
        if (_found.TryGetValue(entry.Name, out var known))
        {
            Update(known, entry, now, changes);
        }
        else if (!fixedPeers.Any(peer => IsNamed(peer.Name, entry.Name)))
        {
            if (SharesNumber(entry.Name))
            {
                refused.Add(Refuse(entry, PeerRefusal.SharedNumber));
            }
            else if (fixedPeers.Length + _found.Count >= LanBusOptions.PeersMax)
            {
                refused.Add(Refuse(entry, PeerRefusal.NoRoom));
            }
            else
            {
                _found.Add(entry.Name, new() { Lan = entry.Lan, LastSeen = now });
                changes.Add(new(BookChangeKind.Found, entry.Name));
            }
        }
    }

    /// <summary>A connection proves where a peer is; without one the catalogue knows better.</summary>
    private static void Update(
        FoundPeer known,
        CatalogueEntry entry,
        Instant now,
        ImmutableArray<BookChange>.Builder changes
    )
    {
        known.LastSeen = now;
        if (!known.IsConnected && !known.Lan.Equals(entry.Lan))
        {
            known.Lan = entry.Lan;
            changes.Add(new(BookChangeKind.Moved, entry.Name));
        }
    }

    /// <summary>Owner codes carry a number for each name: whoever came first keeps it.</summary>
    private bool SharesNumber(string name)
    {
        var number = OwnerCode.NumberOf(name);
        return OwnerCode.NumberOf(self.Node) == number
            || fixedPeers.Any(peer => OwnerCode.NumberOf(peer.Name) == number)
            || _found.Keys.Any(other => OwnerCode.NumberOf(other) == number);
    }

    private bool IsSelf(CatalogueEntry entry) =>
        IsNamed(entry.Name, self.Node) && IsNamed(entry.Run, self.Run);

    private static BookChange Refuse(CatalogueEntry entry, PeerRefusal refusal) =>
        new(BookChangeKind.Refused, entry.Name, refusal);

    private static bool IsNamed(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal);

    private sealed class FoundPeer
    {
        public required IPEndPoint Lan { get; set; }

        /// <summary>When it was last in the catalogue or connected.</summary>
        public required Instant LastSeen { get; set; }

        public bool IsConnected { get; set; }
    }
}
