using Edge.Forwarding.Allocation;
using Edge.Forwarding.Tracks;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>One track of a player's session: the subscription and where it goes out.</summary>
/// <remarks>Threads: the session's shard.</remarks>
internal sealed class PlayedTrack
{
    /// <summary>Ties a section of a player's agreement to a stream's track.</summary>
    public PlayedTrack(
        Session session,
        int stream,
        MediaAgreement media,
        StreamTrack track,
        Subscription subscription
    )
    {
        Session = session;
        Stream = stream;
        Media = media;
        Track = track;
        Subscription = subscription;
        subscription.Owner = this;
    }

    /// <summary>The player.</summary>
    public Session Session { get; }

    /// <summary>Index of the sent stream in the peer's sender.</summary>
    public int Stream { get; }

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media { get; private set; }

    /// <summary>What is played.</summary>
    public StreamTrack Track { get; private set; }

    /// <summary>The viewer's state at the track.</summary>
    public Subscription Subscription { get; }

    /// <summary>Where the subscription is attached; null while it is not.</summary>
    public TrackReplica? Replica { get; set; }

    /// <summary>Its share of what the client's network carries; null before it was attached for the first
    /// time.</summary>
    public TrackShare? Share { get; set; }

    /// <summary>Whether its viewer's ceiling is news; it is not afterwards.</summary>
    public bool TakeNewCeiling()
    {
        var isNew = Share is { HasNewCeiling: true };
        if (isNew)
        {
            Share!.HasNewCeiling = false;
        }

        return isNew;
    }

    /// <summary>How it is to be sent.</summary>
    public PlayTerms Terms { get; set; }

    /// <summary>Whether it is sound.</summary>
    public bool IsSound => Media.Kind == MediaKind.Audio;

    /// <summary>The layer that its client was last said to be sent.</summary>
    public Rid ToldRid { get; private set; }

    /// <summary>Whether its client was last said that it is sent nothing for want of bandwidth.</summary>
    public bool IsToldPaused { get; private set; }

    /// <summary>What was counted when it was last measured.</summary>
    public LinkTotals Measured { get; set; }

    /// <summary>Notes which layer is sent; true when that is another one than was said last.</summary>
    public bool TryTell(Rid rid)
    {
        var isNew = rid != ToldRid || IsToldPaused;
        ToldRid = rid;
        IsToldPaused = false;
        return isNew;
    }

    /// <summary>Notes that nothing is sent for want of bandwidth; true when that was not said last.</summary>
    public bool TryTellPaused()
    {
        var isNew = !IsToldPaused;
        IsToldPaused = true;
        return isNew;
    }

    /// <summary>Goes on with what its client was told at another node.</summary>
    public void RestoreTold(Rid rid, bool isPaused)
    {
        ToldRid = rid;
        IsToldPaused = isPaused;
    }

    /// <summary>Goes over to another track while detached; what the viewer is sent goes on.</summary>
    public void Retarget(StreamTrack track, MediaAgreement media, Instant now)
    {
        if (track != Track)
        {
            Subscription.LeaveTrack(now);
            ToldRid = default;
            IsToldPaused = false;
        }

        Track = track;
        Media = media;
        Subscription.TakesTelephoneEvents = media.TelephoneEventPayloadType is not null;
    }
}
