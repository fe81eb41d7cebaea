using Edge.Forwarding.Uplinks;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Publishers are told how much of what they send anybody can use.</content>
internal sealed partial class Shard
{
    /// <summary>Looks at what viewers of a publisher's tracks want, on every shard and node, if it is time to. Shards and
    /// the mesh leave that where it can be read: nothing is sent that could be lost, and who publishes nothing now is
    /// looked at when it does again.</summary>
    [HotPath]
    private void LimitUplink(Session session, Instant now)
    {
        if (session.Published.Length == 0 || !session.Peer.Receiver.TakesLimit)
        {
            return;
        }

        var uplink = session.Uplink ??= new UplinkLimit();
        if (uplink.IsDue(now))
        {
            session.Peer.Receiver.Limit(Needed(session, uplink, now), now);
        }
    }

    private Bitrate Needed(Session session, UplinkLimit uplink, Instant now)
    {
        uplink.Begin(now);
        foreach (var published in session.Published)
        {
            if (published?.Source.Track is { } stream && stream.Replica(Index) is { } replica)
            {
                uplink.Add(
                    replica.Track,
                    published.Limit,
                    stream.Audience,
                    stream.LastMediaAt,
                    now
                );
            }
        }

        return uplink.End();
    }
}
