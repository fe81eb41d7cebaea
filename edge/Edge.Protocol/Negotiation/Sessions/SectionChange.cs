namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>One change that a step of a negotiation brought to a section.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Mid">The section.</param>
public sealed record SectionChange(SectionChangeKind Kind, string Mid)
{
    /// <summary>What is agreed from now on; of an end, what was agreed until now. Null for data
    /// channels.</summary>
    public MediaAgreement? Media { get; init; }

    /// <summary>What is sent; null for receiving, for data channels, and for a section that goes both
    /// ways and has no track yet.</summary>
    public PlayableTrack? Track { get; init; }

    /// <summary>What was agreed of data channels; null for media.</summary>
    public DataChannelAgreement? DataChannels { get; init; }
}
