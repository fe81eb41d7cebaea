namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Families of H.264 profiles: what decodes one of a family decodes the others in practice.</summary>
/// <remarks>
/// Order: a decoder of a later family decodes the earlier ones (ITU-T H.264 Annex A). Baseline and
/// constrained baseline are one family because no encoder of WebRTC uses what they differ in (FMO,
/// ASO, redundant slices); high and constrained high because such encoders send neither interlaced
/// pictures nor, for real time, B-frames.
/// </remarks>
internal enum H264Family : byte
{
    /// <summary>Baseline and constrained baseline.</summary>
    Baseline,

    /// <summary>Main.</summary>
    Main,

    /// <summary>High and constrained high.</summary>
    High,

    /// <summary>High 4:4:4 predictive.</summary>
    High444,

    /// <summary>Any other; compatible with itself by number only.</summary>
    Other,
}
