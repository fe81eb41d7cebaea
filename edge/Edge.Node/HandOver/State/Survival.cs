using System.Collections.Immutable;
using Edge.Mesh;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;

namespace Edge.Node.HandOver.State;

/// <summary>What is known of a session beside its portrait when the node that had it has ended suddenly.</summary>
/// <param name="ArrivedAt">When the portrait was begun, by this node's clock; no later, or timestamps would go back.</param>
/// <param name="Sent">Up to which indices the former node may have sent: all that it was granted.</param>
/// <param name="Received">Up to which indices its client is known to have sent.</param>
internal sealed record Survival(
    Instant ArrivedAt,
    ImmutableArray<IndexBound> Sent,
    ImmutableArray<IndexBound> Received
)
{
    /// <summary>Whether nothing may be sent under an index that is not granted yet.</summary>
    public bool IsLimited { get; init; }

    /// <summary>What a publisher's run is called after its node has ended: not as before, because frames that are to come have numbers of
    /// their own, and so that frames of the former node, if it only slept, are older. Lives are times at which nodes began, in
    /// fractions of a second: none is one more than another by chance.</summary>
    public static SourceName Rename(in SourceName former) =>
        former with
        {
            Life = unchecked(former.Life + 1),
        };

    /// <summary>Has an engine and the tracks that it is sent go on behind all that the former node may have sent.</summary>
    public void ApplyTo(Peer peer, MediaPart media, Instant now)
    {
        foreach (var bound in Sent)
        {
            _ = peer.Advance(bound);
        }

        foreach (var bound in Received)
        {
            _ = peer.AdvanceReceived(bound);
        }

        if (IsLimited)
        {
            peer.Transport.LimitIndices();
        }

        foreach (var part in media.Played)
        {
            if (LastOf(peer.Sender.Ssrc(part.Stream)) is { } last)
            {
                part.Subscription.Survive(last, now);
            }
        }
    }

    private long? LastOf(Ssrc ssrc)
    {
        foreach (var bound in Sent)
        {
            if (bound.Space == IndexSpace.Rtp && bound.Ssrc == ssrc)
            {
                return bound.Last;
            }
        }

        return null;
    }
}
