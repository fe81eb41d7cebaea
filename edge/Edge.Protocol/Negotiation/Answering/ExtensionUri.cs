namespace Edge.Protocol.Negotiation.Answering;

internal static class ExtensionUri
{
    private const string WebRtc = "http://www.webrtc.org/experiments/rtp-hdrext/";
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
    public const string Rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    public const string RepairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    public const string TransportSequence =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    public const string AbsoluteSendTime = WebRtc + "abs-send-time";
    public const string AbsoluteCaptureTime = WebRtc + "abs-capture-time";
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    public const string VideoOrientation = "urn:3gpp:video-orientation";
    public const string PlayoutDelay = WebRtc + "playout-delay";
    public const string ColorSpace = WebRtc + "color-space";
    public const string DependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
    public const string VideoLayersAllocation = WebRtc + "video-layers-allocation00";
}
