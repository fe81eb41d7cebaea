namespace Edge.Wire.Rtp;

/// <summary>The names under which header extensions are negotiated (RFC 8285 §5).</summary>
public static class RtpExtensionUri
{
    private const string WebRtcExperiments = "http://www.webrtc.org/experiments/rtp-hdrext/";

    /// <summary>Which m-section a packet belongs to (RFC 8843 §15).</summary>
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>Which simulcast encoding a packet belongs to (RFC 8852 §4.1).</summary>
    public const string Rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /// <summary>Which simulcast encoding a retransmission repairs (RFC 8852 §4.1).</summary>
    public const string RepairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /// <summary>Transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01).</summary>
    public const string TransportSequence =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /// <summary>The same with feedback on request.</summary>
    public const string TransportSequenceV2 = WebRtcExperiments + "transport-wide-cc-02";

    /// <summary>When a packet left its sender.</summary>
    public const string AbsoluteSendTime = WebRtcExperiments + "abs-send-time";

    /// <summary>When a frame was captured.</summary>
    public const string AbsoluteCaptureTime = WebRtcExperiments + "abs-capture-time";

    /// <summary>Loudness of a packet, sender to mixer (RFC 6464).</summary>
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>Loudness of each contributor, mixer to receiver (RFC 6465).</summary>
    public const string ContributorAudioLevel = "urn:ietf:params:rtp-hdrext:csrc-audio-level";

    /// <summary>How far the transmission time is from the timestamp (RFC 5450).</summary>
    public const string TransmissionOffset = "urn:ietf:params:rtp-hdrext:toffset";

    /// <summary>How a picture must be turned before it is shown (3GPP TS 26.114 §7.4.5).</summary>
    public const string VideoOrientation = "urn:3gpp:video-orientation";

    /// <summary>Bounds of the receiver's delay.</summary>
    public const string PlayoutDelay = WebRtcExperiments + "playout-delay";

    /// <summary>Camera or screen.</summary>
    public const string VideoContentType = WebRtcExperiments + "video-content-type";

    /// <summary>Where a frame spent its time.</summary>
    public const string VideoTiming = WebRtcExperiments + "video-timing";

    /// <summary>Colour space and HDR metadata.</summary>
    public const string ColorSpace = WebRtcExperiments + "color-space";

    /// <summary>Which frames a frame depends on (AV1 RTP specification, appendix A).</summary>
    public const string DependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    /// <summary>Which layers a sender sends, with their rates and sizes.</summary>
    public const string VideoLayersAllocation = WebRtcExperiments + "video-layers-allocation00";
}
