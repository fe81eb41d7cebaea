namespace Edge.Testing.Offers;

public static partial class ShapedOffers
{
    /// <summary>Safari publishing: high profile first, H265 without parameters.</summary>
    public static string Safari =>
        Crlf(SafariSession + SafariAudio("sendonly") + SafariVideo("sendonly"));

    /// <summary>Safari playing.</summary>
    public static string SafariPlay =>
        Crlf(SafariSession + SafariAudio("recvonly") + SafariVideo("recvonly"));

    private const string SafariSession = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS

        """;

    private static string SafariAudio(string direction) =>
        $"""
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:{UsernameFragment}
            a=ice-pwd:{Password}
            a=ice-options:trickle
            a=fingerprint:{Fingerprint}
            a=setup:actpass
            a=mid:0
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a={direction}
            a=rtcp-mux
            a=rtcp-rsize
            a=rtpmap:111 opus/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=rtpmap:9 G722/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:13 CN/8000
            a=rtpmap:110 telephone-event/48000
            a=rtpmap:126 telephone-event/8000

            """;

    private static string SafariVideo(string direction) =>
        $"""
            m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103 104 105 106 107 108
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:{UsernameFragment}
            a=ice-pwd:{Password}
            a=ice-options:trickle
            a=fingerprint:{Fingerprint}
            a=setup:actpass
            a=mid:1
            a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:13 urn:3gpp:video-orientation
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
            a={direction}
            a=rtcp-mux
            a=rtcp-rsize
            {SafariFormat(
                96,
                "H264",
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f"
            )}
            {SafariFormat(
                98,
                "H264",
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
            )}
            {SafariFormat(100, "H265", null)}
            {SafariFormat(102, "VP8", null)}
            {SafariFormat(104, "VP9", "profile-id=0")}
            a=rtpmap:106 red/90000
            a=rtpmap:107 rtx/90000
            a=fmtp:107 apt=106
            a=rtpmap:108 ulpfec/90000
            """;

    private static string SafariFormat(int type, string name, string? format)
    {
        var feedback = string.Join(
            '\n',
            new[] { "goog-remb", "transport-cc", "ccm fir", "nack", "nack pli" }.Select(value =>
                $"a=rtcp-fb:{type} {value}"
            )
        );
        var parameters = format is null ? "" : $"\na=fmtp:{type} {format}";
        return $"a=rtpmap:{type} {name}/90000\n{feedback}{parameters}\na=rtpmap:{type + 1} rtx/90000\na=fmtp:{type + 1} apt={type}";
    }
}
