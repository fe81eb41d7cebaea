namespace Edge.Testing.Offers;

public static partial class ShapedOffers
{
    /// <summary>GStreamer's webrtcbin through whipclientsink: worded mids, gathered candidates of all
    /// transports, TWCC.</summary>
    public static string GStreamer => Crlf(GStreamerText);

    /// <summary>aiortc publishing: gathered candidates, REMB, no TWCC.</summary>
    public static string Aiortc => Crlf(AiortcText);

    /// <summary>libdatachannel with video and a data channel.</summary>
    public static string LibDataChannel => Crlf(LibDataChannelText);

    private const string GStreamerText = $"""
        v=0
        o=- 6415678123456789012 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=ice-options:trickle
        a=group:BUNDLE video0 audio1
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=rtcp-mux
        a=rtcp-rsize
        a=sendonly
        a=rtpmap:96 H264/90000
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 nack
        a=fmtp:96 packetization-mode=1;profile-level-id=42c01f;level-asymmetry-allowed=1
        a=rtpmap:97 red/90000
        a=rtpmap:98 ulpfec/90000
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=96
        a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:mid
        a=ssrc-group:FID 3133127654 1421871530
        a=ssrc:3133127654 msid:user3543@host webrtctransceiver0
        a=ssrc:3133127654 cname:user3543@host
        a=ssrc:1421871530 msid:user3543@host webrtctransceiver0
        a=ssrc:1421871530 cname:user3543@host
        a=mid:video0
        a=fingerprint:{Fingerprint}
        a=candidate:1 1 UDP 2015363327 192.0.2.10 46873 typ host
        a=candidate:2 1 TCP 1015021823 192.0.2.10 9 typ host tcptype active
        a=candidate:3 1 TCP 1010827519 192.0.2.10 36243 typ host tcptype passive
        a=candidate:4 1 UDP 2015363583 2001:db8::10 51042 typ host
        a=end-of-candidates
        m=audio 9 UDP/TLS/RTP/SAVPF 100
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=bundle-only
        a=rtcp-mux
        a=rtcp-rsize
        a=sendonly
        a=rtpmap:100 OPUS/48000/2
        a=rtcp-fb:100 transport-cc
        a=fmtp:100 sprop-maxcapturerate=48000;sprop-stereo=1
        a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:mid
        a=ssrc:2233445566 msid:user3543@host webrtctransceiver1
        a=ssrc:2233445566 cname:user3543@host
        a=mid:audio1
        a=fingerprint:{Fingerprint}
        """;

    private const string AiortcText = $"""
        v=0
        o=- 3880215131 3880215131 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic:WMS *
        m=audio 46873 UDP/TLS/RTP/SAVPF 96 0 8
        c=IN IP4 192.0.2.11
        a=sendonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:0c1d3b54-7a5b-4bb3-8f4f-2e0c54a4ad55 6b9f1c1e-3bc5-4b67-9f2e-5d0a7d0f5b11
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:1831097322 cname:9b0d1c1f-5a1e-4c2b-9d6e-0f3f6b2d7c11
        a=rtpmap:96 opus/48000/2
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:5a1b 1 udp 2130706431 192.0.2.11 46873 typ host
        a=end-of-candidates
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=fingerprint:{Fingerprint}
        a=setup:actpass
        m=video 46873 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102
        c=IN IP4 192.0.2.11
        a=sendonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=mid:1
        a=msid:0c1d3b54-7a5b-4bb3-8f4f-2e0c54a4ad55 e7f0b6c2-84c6-4a42-9b0b-1c9f0f6ad201
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc-group:FID 2222222201 2222222202
        a=ssrc:2222222201 cname:9b0d1c1f-5a1e-4c2b-9d6e-0f3f6b2d7c11
        a=ssrc:2222222202 cname:9b0d1c1f-5a1e-4c2b-9d6e-0f3f6b2d7c11
        a=rtpmap:97 VP8/90000
        a=rtcp-fb:97 nack
        a=rtcp-fb:97 nack pli
        a=rtcp-fb:97 goog-remb
        a=rtpmap:98 rtx/90000
        a=fmtp:98 apt=97
        a=rtpmap:99 H264/90000
        a=rtcp-fb:99 nack
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 goog-remb
        a=fmtp:99 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42001f
        a=rtpmap:100 rtx/90000
        a=fmtp:100 apt=99
        a=rtpmap:101 H264/90000
        a=rtcp-fb:101 nack
        a=rtcp-fb:101 nack pli
        a=rtcp-fb:101 goog-remb
        a=fmtp:101 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42e01f
        a=rtpmap:102 rtx/90000
        a=fmtp:102 apt=101
        a=candidate:5a1b 1 udp 2130706431 192.0.2.11 46873 typ host
        a=end-of-candidates
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=fingerprint:{Fingerprint}
        a=setup:actpass
        """;

    private const string LibDataChannelText = $"""
        v=0
        o=rtc 2843951347 0 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE video data
        a=group:LS video data
        a=msid-semantic:WMS *
        a=ice-options:ice2,trickle
        a=fingerprint:{Fingerprint}
        m=video 9 UDP/TLS/RTP/SAVPF 102 103
        c=IN IP4 0.0.0.0
        a=mid:video
        a=sendonly
        a=ssrc:42 cname:video-send
        a=rtcp-mux
        a=rtpmap:102 H264/90000
        a=rtcp-fb:102 nack
        a=rtcp-fb:102 nack pli
        a=rtcp-fb:102 goog-remb
        a=fmtp:102 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
        a=rtpmap:103 RTX/90000
        a=fmtp:103 apt=102
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=mid:data
        a=sendrecv
        a=sctp-port:5000
        a=max-message-size:262144
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        """;
}
