using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation;

/// <summary>What both sides agreed for one m-section that carries media.</summary>
/// <remarks>Sections that were refused or are inactive have no agreement.</remarks>
public sealed record MediaAgreement
{
    /// <summary>The section's identification; empty when an offer of one section had none.</summary>
    public required Mid Mid { get; init; }

    /// <summary>Sound or pictures.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>The payload format.</summary>
    public required NegotiatedCodec Codec { get; init; }

    /// <summary>The payload type of telephone events beside the codec (RFC 4733), if agreed.</summary>
    public PayloadType? TelephoneEventPayloadType { get; init; }

    /// <summary>The header extensions.</summary>
    public required HeaderExtensionMap Extensions { get; init; }

    /// <summary>Simulcast encodings in the order of the offer; empty without simulcast. The order says
    /// nothing about quality.</summary>
    public ImmutableArray<Rid> Rids { get; init; } = [];

    /// <summary>Streams that the other side declared; empty when it tells them by RID or MID alone.</summary>
    public ImmutableArray<RemoteSource> RemoteSources { get; init; } = [];

    /// <summary>The SSRC this side sends with; null when this side sends nothing or simulcast.</summary>
    public Ssrc? LocalSsrc { get; init; }

    /// <summary>The SSRC of this side's retransmissions; null when RTX is not agreed.</summary>
    public Ssrc? LocalRtxSsrc { get; init; }

    /// <summary>Whether one- and two-byte header extensions may be mixed (RFC 8285 §6).</summary>
    public bool UsesExtmapAllowMixed { get; init; }

    /// <summary>Whether the frames are encrypted end to end, so that payloads tell nothing.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Whether RTCP packets may stand alone (RFC 5506).</summary>
    public bool ReducedSizeRtcp { get; init; }

    /// <summary>The <c>a=msid</c> value of the sending side ("stream track"), if any.</summary>
    public string? Msid { get; init; }

    /// <summary>Index of the track in the list given to <see cref="PlayNegotiator"/>; elsewhere the
    /// index of the section.</summary>
    public int TrackIndex { get; init; }

    /// <summary>Of an offer to play: the index of the section among all of its sections, those without an
    /// agreement too; null elsewhere.</summary>
    public int? LineIndex { get; init; }
}
