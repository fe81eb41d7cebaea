namespace Edge.Wire.Payload;

/// <summary>What forwarding needs to know of one packet's payload.</summary>
/// <param name="IsKeyFrameStart">A receiver that has nothing can begin with this packet. For H.264 this
/// is the packet with the SPS and for H.265 the one with the VPS, not the IDR slice behind them, which
/// a new decoder could not use; parameter sets travel in band in WebRTC (RFC 7742 §6.2). An encoder may
/// repeat them within a picture, so a picture's key frame starts at the first such packet of its RTP
/// timestamp. Never set for audio.</param>
/// <param name="StartsFrame">The first packet of a frame (of a layer frame for VP9). Always set for
/// audio; for H.264 and H.265 several packets may have it: parameter sets and the first slice.</param>
/// <param name="TemporalLayer">Temporal layer, -1 when the payload does not say.</param>
/// <param name="SpatialLayer">Spatial layer, -1 when the payload does not say.</param>
/// <param name="IsLayerSync">A receiver of lower temporal layers may begin to take this one here (VP8
/// Y, VP9 U).</param>
/// <param name="EndsFrame">The payload itself says it is the frame's last (VP9 E); for other codecs the
/// RTP marker says so, and this is false.</param>
/// <param name="IsMalformed">The payload contradicts its format; the other facts are those of
/// <see cref="Unknown"/>.</param>
public readonly record struct PayloadFacts(
    bool IsKeyFrameStart,
    bool StartsFrame,
    sbyte TemporalLayer,
    sbyte SpatialLayer,
    bool IsLayerSync,
    bool EndsFrame = false,
    bool IsMalformed = false
)
{
    /// <summary>Nothing is known.</summary>
    public static readonly PayloadFacts Unknown = new(false, false, -1, -1, false);

    /// <summary>The payload is not what its type says.</summary>
    public static readonly PayloadFacts Malformed = Unknown with { IsMalformed = true };

    /// <summary>A packet of a codec whose packets all stand alone.</summary>
    internal static readonly PayloadFacts Audio = Unknown with { StartsFrame = true };
}
