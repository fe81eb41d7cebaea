using System.Text.Json.Serialization;

namespace Control.Contract.Calls;

/// <summary>One data channel of a request (DataChannelObject of the HTTP API).</summary>
public sealed record DataChannelRequest
{
    /// <summary>Written by the client, or read by it.</summary>
    public required TrackLocation Location { get; init; }

    /// <summary>The session that publishes a remote channel.</summary>
    public string? SessionId { get; init; }

    /// <summary>The channel's name within its session.</summary>
    public required string Name { get; init; }

    /// <summary>The stream id, where a channel that exists is meant.</summary>
    public int? Id { get; init; }

    /// <summary>Whether messages arrive in the order they were sent.</summary>
    [JsonRequired]
    public bool IsOrdered { get; init; } = true;

    /// <summary>Most repetitions of a message; null for no limit. Excludes the life time.</summary>
    public int? RetransmitsMax { get; init; }

    /// <summary>Milliseconds after which a message is given up; null for no limit.</summary>
    public int? LifeTimeMsMax { get; init; }

    /// <summary>Remote: whether forwarding waits for the reader's first message, which is consumed.</summary>
    public bool WaitsForAck { get; init; }

    /// <summary>Remote: whether the reader's messages go to the publisher; one reader of a channel at most.
    /// Null in an update leaves it as it is.</summary>
    public bool? CanReply { get; init; }
}
