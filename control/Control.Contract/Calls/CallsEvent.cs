using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Something that happened in an app.</summary>
/// <param name="Kind">What.</param>
/// <param name="SessionId">The session it is about; null when it is about all of them.</param>
/// <param name="At">When.</param>
/// <param name="Sequence">Grows by one with each event for one reader: a gap tells it that it was too slow
/// and lost some.</param>
public sealed record CallsEvent(
    CallsEventKind Kind,
    string? SessionId,
    DateTimeOffset At,
    long Sequence
)
{
    /// <summary>The session's group, if any.</summary>
    public string? Group { get; init; }

    /// <summary>The track it is about, if any.</summary>
    public string? TrackName { get; init; }

    /// <summary>The session that publishes the track, or the data channel, if another one has it here.</summary>
    public string? PublisherSessionId { get; init; }

    /// <summary>The track's section at the session, if any.</summary>
    public string? Mid { get; init; }

    /// <summary>"audio" or "video", if it is about a track.</summary>
    public string? MediaKind { get; init; }

    /// <summary>The layer that is sent now, if it is about layers.</summary>
    public string? Rid { get; init; }

    /// <summary>"network" when a track is not sent for want of bandwidth, if it is about layers; null when it is
    /// sent.</summary>
    public string? Paused { get; init; }

    /// <summary>The layers that anybody watches, if it is about those.</summary>
    public ImmutableArray<string>? Rids { get; init; }

    /// <summary>Who speaks now of those the session hears, the dominant one first, if it is about that; empty
    /// when nobody does.</summary>
    public ImmutableArray<ActiveSpeakerState>? Speakers { get; init; }

    /// <summary>What the client sends, if it is about quality and something came.</summary>
    public LinkQuality? Uplink { get; init; }

    /// <summary>What the client is sent, if it is about quality and something went.</summary>
    public LinkQuality? Downlink { get; init; }

    /// <summary>Last round trip in milliseconds, if it is about quality and known.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>The data channel it is about, if any.</summary>
    public string? DataChannelName { get; init; }

    /// <summary>The channel's stream id at the session, if it is about one.</summary>
    public int? DataChannelId { get; init; }

    /// <summary>Why a data channel ended: "requested", "closedByClient", "publisherEnded", "tooSlow",
    /// "messageTooLong", "ackTimeout" or "messagesLost".</summary>
    public string? Reason { get; init; }

    /// <summary>When sessions are ended that are still there, if the node is going away.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
