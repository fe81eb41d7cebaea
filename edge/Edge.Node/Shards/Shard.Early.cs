using Edge.Node.HandOver.Deciding.Early;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Sessions whose client comes to another node of the PoP than they were made at: they go there before anything begins.
/// </content>
internal sealed partial class Shard
{
    /// <summary>Looks at what another node passed on. The first check of a session gives it to that node, once; the check is held and
    /// goes along, to be answered there.</summary>
    private void MoveIfEarly(Session session, in Arrival arrival)
    {
        if (
            _node.EarlyMoves is not { } moves
            || !EarlyTrigger.Is(
                session.Peer,
                session.StaysHere,
                arrival.Via,
                _steering?.Self ?? 0,
                Bytes(arrival)
            )
        )
        {
            return;
        }

        session.StaysHere = true;
        if (moves.TryBegin(session, arrival.Via))
        {
            session.Held = new HeldDatagrams(HeldDatagrams.EarlyMax);
        }
    }

    /// <summary>Whether the shard where a datagram came in says where its session belongs. Of one that followed its client's flow
    /// here only what comes here itself does.</summary>
    [HotPath]
    private static bool SaysPlace(Session session, in Arrival arrival) =>
        !session.HasFollowedFlow || arrival.Via == 0;
}
