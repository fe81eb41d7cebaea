using System.Collections.Immutable;
using Edge.Node.Sessions;
using Edge.Node.Takeover.Keeping;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport.Sending;

namespace Edge.Node.Shards;

/// <content>Sessions that other nodes keep, so that they outlive this one: no index is used that those do not know of.</content>
internal sealed partial class Shard
{
    /// <summary>A session has keys: others keep it from now on, and nothing is sent before they do.</summary>
    private void KeepElsewhere(Session session)
    {
        if (session.Peer.Transport.IsLimited)
        {
            _node.Takeover?.HandleKnown(session);
        }
    }

    /// <summary>Others keep the session from now on, or, if they cannot, it need not wait for them.</summary>
    private void Protect(Session session, bool isKept, Instant now)
    {
        if (session.IsOver || session.Kept is not null)
        {
            return;
        }

        if (isKept)
        {
            session.Kept = new KeptSession();
        }
        else
        {
            session.Peer.Transport.LiftLimits();
        }

        GoOn(session, now);
    }

    private void Grant(Session session, ImmutableArray<GrantedIndices> grants, Instant now)
    {
        if (session.IsOver || session.Kept is not { } kept)
        {
            return;
        }

        foreach (var grant in grants)
        {
            kept.Grant(session.Peer.Transport, grant);
        }

        GoOn(session, now);
    }

    /// <summary>What waited for indices may leave.</summary>
    private void GoOn(Session session, Instant now)
    {
        if (session.State == SessionState.Connected)
        {
            AttachPlayed(session, now);
        }

        TrySettle(session, now);
    }

    /// <summary>Whether a track may be sent already: it is attached when it may, so that its first picture is not lost.</summary>
    private static bool HasRoom(PlayedTrack played)
    {
        var session = played.Session;
        if (session.Peer.Transport.HasRoom(session.Peer.Sender.Ssrc(played.Stream)))
        {
            return true;
        }

        // It may be new.
        session.Kept?.TellSoon();
        return false;
    }

    /// <summary>A session is another node's, or may be: nothing of it is said or sent any more.</summary>
    private void Fence(Session session, Instant now)
    {
        if (session.IsOver)
        {
            return;
        }

        session.Downlink?.Clear();
        DetachPlayed(session);
        if (session.Channels is { } channels)
        {
            EndChannels(channels);
        }

        if (session.Slot != TimedSlots<Session>.NoSlot)
        {
            LeaveTable(session);
        }

        Depart(session, to: null, now);
    }

    /// <summary>Tells how far a session is, when that is due or it needs more.</summary>
    [HotPath]
    private void TellKept(Session session, Instant now)
    {
        if (
            session.Kept is not { } kept
            || (now < kept.TellAt && !session.Peer.Transport.IsWanting)
        )
        {
            return;
        }

        kept.NoteTold(now);
        kept.Apply(session.Peer.Transport);
        session.Peer.Transport.HandleAsked();
        _node.Takeover?.HandleReport(Describe(session));
    }

    private static KeptReport Describe(Session session)
    {
        var transport = session.Peer.Transport;
        List<IndexUse> uses = [];
        List<SentSource> sources = [];
        List<IndexBound> received = [];
        transport.ListIndices(uses);
        transport.ListReceived(received);
        session.Peer.Sender.ListSources(sources);
        var indices = ImmutableArray.CreateBuilder<KeptIndices>();
        indices.Add(Of(IndexSpace.Rtcp, default, first: 1, reported: null));
        indices.Add(Of(IndexSpace.Record, default, first: 1, reported: null));
        foreach (var source in sources)
        {
            if (NextOf(session, source) is { } next)
            {
                indices.Add(Of(IndexSpace.Rtp, source.Ssrc, next.Value, source.Reported));
            }
        }

        return new KeptReport(
            session,
            indices.ToImmutable(),
            [.. received],
            session.State == SessionState.Connected,
            transport.HasLapsed
        );

        KeptIndices Of(IndexSpace space, Ssrc ssrc, long first, SequenceNumber? reported)
        {
            var use = uses.Find(each =>
                each.Granted.Space == space
                && (space != IndexSpace.Rtp || each.Granted.Ssrc == ssrc)
            );
            var used = use == default ? -1 : use.Used;
            var bound = new IndexBound(space, ssrc, used < 0 ? first - 1 : used);
            return new KeptIndices(bound, first, Extend(reported, used));
        }
    }

    /// <summary>The highest index that ends as a number does and was used.</summary>
    private static long? Extend(SequenceNumber? number, long used) =>
        number is { } known && used >= 0 ? used - ((used - known.Value) & ushort.MaxValue) : null;

    private static SequenceNumber? NextOf(Session session, in SentSource source) =>
        source.Next
        ?? (source.Stream < session.Played.Length ? session.Played[source.Stream] : null)
            ?.Subscription
            .NextNumber;
}
