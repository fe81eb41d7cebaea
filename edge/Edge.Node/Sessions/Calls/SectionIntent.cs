using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>What a section is wanted for, between the request and what both sides agree.</summary>
internal abstract record SectionIntent
{
    private SectionIntent() { }

    /// <summary>The client publishes under a name.</summary>
    internal sealed record Publish(
        string Name,
        TrackContent Content = TrackContent.Any,
        bool IsEncrypted = false
    ) : SectionIntent;

    /// <summary>The client pulls a track.</summary>
    internal sealed record Pull(CallsTrack Track, SimulcastChoice? Choice, DeliveryChoice? Delivery)
        : SectionIntent;
}
