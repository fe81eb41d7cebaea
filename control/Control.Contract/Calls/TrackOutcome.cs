namespace Control.Contract.Calls;

/// <summary>What became of one track of a request, in the request's order.</summary>
/// <param name="Request">What was asked; its names are echoed to the client.</param>
public sealed record TrackOutcome(TrackRequest Request)
{
    /// <summary>The m-section; null when it failed.</summary>
    public string? Mid { get; init; }

    /// <summary>The name, also where the server drew it; null when none is known.</summary>
    public string? TrackName { get; init; }

    /// <summary>"audio" or "video"; null when unknown.</summary>
    public string? Kind { get; init; }

    /// <summary>What it shows.</summary>
    public TrackContent Content { get; init; }

    /// <summary>Whether it is encrypted end to end.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>How a remote track is sent from now on; null when nothing was said of it.</summary>
    public DeliveryChoice? Delivery { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public CallsError? Error { get; init; }
}
