namespace Edge.Protocol.Negotiation;

/// <summary>The identifiers of the RTP header extensions agreed for an m-section.</summary>
/// <remarks>Shape: 1 to 14 or 16 to 255 (RFC 8285 §4.2, §4.3); 0 where the extension is not agreed.</remarks>
public readonly record struct HeaderExtensionMap
{
    /// <summary>Media identification (RFC 8843 §15).</summary>
    public byte Mid { get; init; }

    /// <summary>RTP stream identifier (RFC 8852 §3.1).</summary>
    public byte Rid { get; init; }

    /// <summary>Repaired RTP stream identifier (RFC 8852 §3.2).</summary>
    public byte RepairedRid { get; init; }

    /// <summary>Transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01).</summary>
    public byte TransportSequence { get; init; }

    /// <summary>Absolute send time (webrtc.org abs-send-time).</summary>
    public byte AbsoluteSendTime { get; init; }

    /// <summary>Client-to-mixer audio level (RFC 6464).</summary>
    public byte AudioLevel { get; init; }

    /// <summary>Dependency descriptor (AV1 RTP specification, appendix A).</summary>
    public byte DependencyDescriptor { get; init; }

    /// <summary>Video layers allocation (webrtc.org video-layers-allocation00).</summary>
    public byte VideoLayersAllocation { get; init; }

    /// <summary>Coordination of video orientation (3GPP TS 26.114 §7.4.5).</summary>
    public byte VideoOrientation { get; init; }

    /// <summary>Playout delay limits (webrtc.org playout-delay).</summary>
    public byte PlayoutDelay { get; init; }

    /// <summary>Color space (webrtc.org color-space).</summary>
    public byte ColorSpace { get; init; }

    /// <summary>Absolute capture time (webrtc.org abs-capture-time).</summary>
    public byte AbsoluteCaptureTime { get; init; }
}
