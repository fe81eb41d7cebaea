namespace Control.Contract.Calls;

/// <summary>One track of a request (TrackObject of the HTTP API).</summary>
public sealed record TrackRequest
{
    /// <summary>Published by the client, or pulled by it.</summary>
    public required TrackLocation Location { get; init; }

    /// <summary>The m-section; "#name" for the one that carries the track of that name.</summary>
    public string? Mid { get; init; }

    /// <summary>The session that publishes a remote track.</summary>
    public string? SessionId { get; init; }

    /// <summary>The track's name within its session.</summary>
    public string? TrackName { get; init; }

    /// <summary>"audio" or "video" where the server writes the offer.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether the section goes both ways.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>The layer wanted of a remote track.</summary>
    public SimulcastChoice? Simulcast { get; init; }

    /// <summary>How a remote track is to be sent; null when nothing is said of it.</summary>
    public DeliveryChoice? Delivery { get; init; }

    /// <summary>What a local track shows; of a remote one its publisher says that.</summary>
    public TrackContent Content { get; init; }

    /// <summary>Whether a local track is encrypted end to end, so that only those who pull it can read it.</summary>
    public bool IsEncrypted { get; init; }
}
