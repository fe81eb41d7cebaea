using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Edge.Node.Takeover.Deaths;

/// <summary>Who of the PoP is there, by what they say, and how their time is to this node's.</summary>
/// <remarks>To think that somebody is not there costs nothing but a question: whoever hears it says so. Threads: one.</remarks>
internal sealed class PeerWatch
{
    /// <summary>How often each says that it is there.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>After what silence it is missed. Chosen: five words, of which a LAN does not lose all.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromMilliseconds(250);

    /// <summary>How far clocks may drift apart between two words. Chosen: 200 us a second, twice what quartzes do.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMicroseconds(10);

    private readonly Dictionary<ushort, Peer> _peers = [];
    private readonly List<ushort> _missed = [];

    /// <summary>Somebody says that it is there; true when that is new, or what it does.</summary>
    public bool Hear(in TakeoverHello hello, Instant now)
    {
        if (!_peers.TryGetValue(hello.Node, out var peer) || peer.Life != hello.Life)
        {
            peer = new Peer(hello.Life);
            _peers[hello.Node] = peer;
        }

        // The quickest of its words says best what its time is; the older it is, the less.
        var ahead = hello.At - now;
        peer.Ahead = peer.HeardAt.IsSet && peer.Ahead - Drift > ahead ? peer.Ahead - Drift : ahead;
        peer.HeardAt = now;
        var isNew = !peer.IsThere || peer.Role != hello.Role;
        peer.IsThere = true;
        peer.Role = hello.Role;
        return isNew;
    }

    /// <summary>Who is missed since this was last asked.</summary>
    public IReadOnlyList<ushort> TakeMissed(Instant now)
    {
        _missed.Clear();
        foreach (var (node, peer) in _peers)
        {
            if (peer.IsThere && now - peer.HeardAt >= SilenceMax)
            {
                peer.IsThere = false;
                _missed.Add(node);
            }
        }

        return _missed;
    }

    /// <summary>Somebody seems to have ended; false when that is known already. It is there again as soon as it says so.</summary>
    public bool TryMiss(ushort node)
    {
        if (!_peers.TryGetValue(node, out var peer) || !peer.IsThere)
        {
            return false;
        }

        peer.IsThere = false;
        return true;
    }

    /// <summary>This node's time at a moment of another one's; null of a life that was never heard.</summary>
    public Instant? Translate(ushort node, ulong life, Instant moment) =>
        _peers.TryGetValue(node, out var peer) && peer.Life == life ? moment - peer.Ahead : null;

    private sealed class Peer(ulong life)
    {
        public ulong Life { get; } = life;

        public Instant HeardAt { get; set; } = Instant.Never;

        public bool IsThere { get; set; }

        public PeerRole Role { get; set; }

        /// <summary>How much further its time is than this node's.</summary>
        public TimeSpan Ahead { get; set; }
    }
}
