using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What is to become of one section of a client's offer.</summary>
/// <param name="index">Its m-line.</param>
/// <param name="offered">The section as offered.</param>
/// <param name="before">What the session has there already; null for a new section.</param>
internal sealed class SectionPlan(int index, MediaSection offered, SessionSection? before)
{
    /// <summary>Marks what no request asked for: it goes on, or has not been asked for.</summary>
    public const int Unasked = -1;

    /// <summary>The m-line's index.</summary>
    public int Index => index;

    /// <summary>The section as offered.</summary>
    public MediaSection Offered => offered;

    /// <summary>What the session has there already.</summary>
    public SessionSection? Before => before;

    /// <summary>Whether both sides knew before that the m-line is dead.</summary>
    public bool WasDead { get; init; }

    /// <summary>Whether the client's media is taken.</summary>
    public bool Receives { get; set; } =
        before?.Receive is not null && offered.Direction.Sends() && !offered.IsDisabled;

    /// <summary>The request that asked for it.</summary>
    public int ReceiveRequest { get; set; } = Unasked;

    /// <summary>What is declared for the other way, where the section goes both.</summary>
    public ReservedSources? Reserved { get; set; }

    /// <summary>Whether this end sends, or may.</summary>
    public bool Sends { get; set; } =
        before?.Send is not null && offered.Direction.Receives() && !offered.IsDisabled;

    /// <summary>The request that asked for it.</summary>
    public int SendRequest { get; set; } = Unasked;

    /// <summary>What is sent; null where only sources are declared.</summary>
    public PlayableTrack? Track { get; set; } = before?.Track;

    /// <summary>Whether data channels are taken; those of an offer of ours always are, even if it was taken
    /// back.</summary>
    public bool HasDataChannels { get; set; } =
        before
            is { Kind: SdpMediaKind.Application }
                and ({ DataChannels: not null } or { IsOurs: true })
        && !offered.IsDisabled;

    /// <summary>The request that asked for it.</summary>
    public int DataChannelsRequest { get; set; } = Unasked;

    /// <summary>Whether a request stops it.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Whether it is refused to bound the sections that the client forgot.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether nothing is taken or sent.</summary>
    public bool IsIdle => !Receives && !Sends && !HasDataChannels;

    /// <summary>Whether the client would send or receive here.</summary>
    public bool IsOffered =>
        !offered.IsDisabled
        && offered.IsRtp
        && (offered.Direction.Sends() || offered.Direction.Receives());
}
