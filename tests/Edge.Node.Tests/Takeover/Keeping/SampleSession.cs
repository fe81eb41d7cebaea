using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Tests.Sessions;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Tests.Takeover.Keeping;

/// <summary>A session that no shard drives.</summary>
internal static class SampleSession
{
    /// <summary>Makes one around a peer, which stays the caller's.</summary>
    public static Session Create(Peer peer, string id, SessionRole role, StreamKey stream) =>
        new(id, stream, role, peer, fragment: "fragment", ownerShard: 0)
        {
            Identity = SampleIdentity.Shared,
            Media = [],
            RemoteFragment = "remote",
            CreatedAt = Instant.Zero,
        };
}
