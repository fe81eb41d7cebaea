using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Something that happened, as one event of a stream.</summary>
public sealed record EventAnswer(string Type, DateTimeOffset At, long Sequence)
{
    /// <summary>The session it is about; absent when it is about all of them.</summary>
    public string? SessionId { get; init; }

    /// <summary>The session's group.</summary>
    public string? Group { get; init; }

    /// <summary>The track it is about.</summary>
    public string? TrackName { get; init; }

    /// <summary>Whose the track is, if it is pulled.</summary>
    public string? PublisherSessionId { get; init; }

    /// <summary>Its section.</summary>
    public string? Mid { get; init; }

    /// <summary>"audio" or "video".</summary>
    public string? Kind { get; init; }

    /// <summary>The layer that is sent now.</summary>
    public string? Rid { get; init; }

    /// <summary>"network" while it is not sent for want of bandwidth.</summary>
    public string? Paused { get; init; }

    /// <summary>The layers that anybody watches.</summary>
    public ImmutableArray<string>? Rids { get; init; }

    /// <summary>Who speaks now among the audio tracks it pulls, the dominant one first.</summary>
    public ImmutableArray<SpeakerAnswer>? Speakers { get; init; }

    /// <summary>The data channel it is about.</summary>
    public string? DataChannelName { get; init; }

    /// <summary>Its stream id at the session.</summary>
    public int? DataChannelId { get; init; }

    /// <summary>Why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>From the client.</summary>
    public LinkAnswer? Uplink { get; init; }

    /// <summary>To the client.</summary>
    public LinkAnswer? Downlink { get; init; }

    /// <summary>Last round trip in milliseconds.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>When the sessions that are left are ended.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>A pulled audio track in which somebody speaks, with its level in dBov.</summary>
public sealed record SpeakerAnswer(
    string PublisherSessionId,
    string TrackName,
    string Mid,
    int Level
);

/// <summary>One direction since the event of quality before.</summary>
public sealed record LinkAnswer(long Packets, double LossFraction, double Kbps)
{
    /// <summary>What the client's network carries, estimated.</summary>
    public double? AvailableKbps { get; init; }

    /// <summary>What of that is given to tracks.</summary>
    public double? GivenKbps { get; init; }
}
