using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>A section that a client of ours offers.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codecs">The formats, the best first.</param>
public sealed record OfferedTrack(MediaKind Kind, ImmutableArray<OfferedCodec> Codecs)
{
    /// <summary>The track's id in <c>a=msid</c>. Default the kind's name.</summary>
    public string TrackId { get; init; } = Kind == MediaKind.Audio ? "audio" : "video";

    /// <summary>The SSRC to declare; null declares none, as browsers do for simulcast.</summary>
    public Ssrc? LocalSsrc { get; init; }

    /// <summary>The SSRC of retransmissions to declare, beside <see cref="LocalSsrc"/>.</summary>
    public Ssrc? LocalRtxSsrc { get; init; }

    /// <summary>Simulcast layers; none by default.</summary>
    public ImmutableArray<Rid> Rids { get; init; } = [];
}
