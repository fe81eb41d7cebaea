using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Takeover.Keeping;

/// <summary>What a shard knows of a session that other nodes keep: what was granted before there were keys for it, and when it next tells
/// how far it is.</summary>
/// <remarks>Threads: the session's shard.</remarks>
internal sealed class KeptSession
{
    /// <summary>How often it is told how far a session is, unless it needs something. Chosen: of a client's stream that is as quick as
    /// this, 2^15 packets are 131,000 in a second.</summary>
    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<GrantedIndices> _waiting = [];

    /// <summary>When it is next told how far it is.</summary>
    public Instant TellAt { get; private set; } = Instant.Zero;

    /// <summary>Something is new that has to be told.</summary>
    public void TellSoon() => TellAt = Instant.Zero;

    /// <summary>It was told.</summary>
    public void NoteTold(Instant now) => TellAt = now + TellInterval;

    /// <summary>Indices may be used; those without keys wait for these.</summary>
    public void Grant(PeerTransport transport, in GrantedIndices granted)
    {
        if (!transport.Grant(granted.Bound, granted.AskAfter))
        {
            var space = granted.Bound;
            _ = _waiting.RemoveAll(each =>
                each.Bound.Space == space.Space && each.Bound.Ssrc == space.Ssrc
            );
            _waiting.Add(granted);
        }
    }

    /// <summary>There may be keys now for what waits.</summary>
    public void Apply(PeerTransport transport)
    {
        if (_waiting.Count > 0)
        {
            _ = _waiting.RemoveAll(each => transport.Grant(each.Bound, each.AskAfter));
        }
    }
}
