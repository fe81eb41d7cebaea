namespace Control.Server.Calls.Wire;

/// <summary>The data-channel transport of a session.</summary>
internal sealed record EstablishAnswer(
    bool RequiresImmediateRenegotiation,
    DataChannelAnswer DataChannel
)
{
    /// <summary>Our offer, or the answer to the client's.</summary>
    public SessionDescription? SessionDescription { get; init; }
}
