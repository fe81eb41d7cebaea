namespace Edge.Wire.Sdp.Attributes;

/// <summary>The <c>a=msid</c> line (RFC 8830 §2).</summary>
/// <param name="Stream">The media stream's id; "-" for none.</param>
/// <param name="Track">The track's id; null when only the stream is named.</param>
public sealed record SdpMsid(string Stream, string? Track)
{
    /// <inheritdoc/>
    public override string ToString() => Track is null ? Stream : $"{Stream} {Track}";
}
