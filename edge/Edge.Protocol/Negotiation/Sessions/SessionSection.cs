using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>One m-section of a session as it is agreed now.</summary>
/// <remarks>Its index among the sections is that of the m-line and never changes (RFC 3264 §8).</remarks>
public sealed record SessionSection
{
    /// <summary>Its identification, which changes when the m-line is used again after an end.</summary>
    public required string Mid { get; init; }

    /// <summary>Audio, video or application.</summary>
    public required SdpMediaKind Kind { get; init; }

    /// <summary>Whether the m-line is dead (port 0), so that either side may use it again.</summary>
    public bool IsRejected { get; init; }

    /// <summary>What the client sends in it; null when it sends nothing that is wanted.</summary>
    public MediaAgreement? Receive { get; init; }

    /// <summary>What this end may send in it; null when it may not.</summary>
    public MediaAgreement? Send { get; init; }

    /// <summary>What this end sends in it; null when it sends nothing yet.</summary>
    public PlayableTrack? Track { get; init; }

    /// <summary>The data channels in it.</summary>
    public DataChannelAgreement? DataChannels { get; init; }

    /// <summary>Whether it carries nothing, nor may.</summary>
    public bool IsIdle => Receive is null && Send is null && DataChannels is null;

    /// <summary>The section as this end wrote it last, without transport.</summary>
    internal MediaSection? Local { get; init; }

    /// <summary>Whether an offer of this end made it.</summary>
    internal bool IsOurs { get; init; }

    /// <summary>Whether a description of the client came after the one that made it, or that made it dead:
    /// answers get lost, and only then do both sides have it so for sure.</summary>
    internal bool IsConfirmed { get; init; }

    /// <summary>Whether it stands in an offer that was taken back: the client may have it or not.</summary>
    internal bool IsWithdrawn { get; init; }

    /// <summary>The rank of the request that stopped it while the client went on offering it; 0 when none
    /// did.</summary>
    internal long StoppedRank { get; init; }

    /// <summary>The section without what it carries.</summary>
    internal SessionSection Emptied() =>
        this with
        {
            Receive = null,
            Send = null,
            Track = null,
            DataChannels = null,
        };
}
