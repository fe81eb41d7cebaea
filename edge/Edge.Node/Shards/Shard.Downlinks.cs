using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>What viewers' networks carry: shares of it, packets that wait for it, tests of it.</content>
internal sealed partial class Shard
{
    /// <summary>The newest packets that tests of a network repeat in turn. Chosen: a picture's.</summary>
    private const int RepeatedMax = 8;

    private int _repeated;

    /// <summary>A track of a viewer is attached: it gets a share, at once, so that it begins in a quality for
    /// which there is room.</summary>
    private void Share(PlayedTrack played, Instant now)
    {
        var session = played.Session;
        if (session.Peer.Sender.Bandwidth is not { } bandwidth)
        {
            return;
        }

        session.Downlink ??= new Downlink(bandwidth, _waiting);
        played.Share ??= session.Downlink.Add(
            played.Subscription,
            played.IsSound,
            played.Terms.Priority,
            played.Terms.Minimum
        );
        session.Downlink.Allocate(now);
        TouchTracks(session);
    }

    private static void Unshare(PlayedTrack played)
    {
        if (played.Share is { } share)
        {
            played.Session.Downlink?.Remove(share);
            played.Share = null;
        }
    }

    /// <summary>The layers of a track changed: its viewers' shares are to be divided anew.</summary>
    private void ReconsiderShares(TrackReplica replica, Instant now)
    {
        foreach (var viewer in replica.Viewers)
        {
            Reconsider(viewer.Session, now);
        }
    }

    private void Reconsider(Session session, Instant now)
    {
        session.Downlink?.Reconsider(now);
        _sessions.Touch(session.Slot);
    }

    /// <summary>Divides what a viewer's network carries if that is due, and sends what waits and may go.</summary>
    [HotPath]
    private void RunDownlink(Session session, Instant now)
    {
        if (session.Downlink is not { } downlink)
        {
            return;
        }

        downlink.HandleTimeout(now);
        TouchTracks(session);
        var sink = new DownlinkSink(this, session, now);
        downlink.Pump(ref sink, now);
    }

    /// <summary>What changed of a viewer's tracks gives their replicas something to do.</summary>
    [HotPath]
    private void TouchTracks(Session session)
    {
        var changes = session.Downlink!.Stats.Changes;
        if (changes == session.DownlinkChangesSeen)
        {
            return;
        }

        session.DownlinkChangesSeen = changes;
        foreach (var played in session.Played)
        {
            if (played?.Replica is { } replica)
            {
                replica.HasNewCeilings |= played.TakeNewCeiling();
                _replicas.Touch(replica.Slot);
            }
        }
    }

    /// <summary>Sends what waits, before numbers or places of its streams become something else's.</summary>
    private void FlushDownlink(Session session, Instant now)
    {
        foreach (var played in session.Played)
        {
            if (played?.Replica is { } replica)
            {
                var viewers = new ViewerSink(this, now);
                replica.Track.ReleaseGathered(ref viewers, now);
            }
        }

        var sink = new DownlinkSink(this, session, now);
        session.Downlink?.Flush(ref sink, now);
    }

    private void ClearDownlinks()
    {
        foreach (var session in _sessions.Items)
        {
            session?.Downlink?.Clear();
        }
    }

    /// <summary>Sends a viewer what it does not need: one of its newest packets again, else padding.</summary>
    [HotPath]
    private bool SendProbe(Session session, Instant now)
    {
        foreach (var played in session.Played)
        {
            if (
                played is { IsSound: false, Replica: { } replica }
                && session.Peer.Sender.TakesPadding(played.Stream)
            )
            {
                var sink = new ViewerSink(this, now);
                _repeated = (_repeated + 1) % RepeatedMax;
                return replica.Track.TryRepeat(played.Subscription, _repeated, ref sink, now)
                    || SendPadding(session, played.Stream, now);
            }
        }

        return false;
    }

    [HotPath]
    private bool SendPadding(Session session, int stream, Instant now)
    {
        _io.SendFrom(session.Port);
        session.Peer.Sender.SetProbeCluster(session.Downlink!.ProbeCluster);
        var length = session.Peer.WritePadding(stream, _io.NextSlot(), now);
        if (length == 0)
        {
            return false;
        }

        Commit(session, length, session.Peer.Transport.Selected, now);
        session.Downlink.HandleSent(length, isPadding: true, now);
        return true;
    }

    /// <summary>Sends what one viewer's downlink lets go.</summary>
    private readonly struct DownlinkSink(Shard shard, Session session, Instant now) : IDownlinkSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            shard.WriteTo((PlayedTrack)subscription.Owner!, packet, now);

        /// <inheritdoc/>
        public bool SendProbe() => shard.SendProbe(session, now);
    }
}
