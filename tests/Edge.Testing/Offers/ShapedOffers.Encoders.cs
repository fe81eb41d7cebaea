namespace Edge.Testing.Offers;

public static partial class ShapedOffers
{
    /// <summary>OBS 30 to 32 (libdatachannel): no candidates, no RTX, no TWCC, fingerprint at session level.</summary>
    public static string Obs => Crlf(ObsSession + ObsAudio + ObsVideoHead + ObsH264 + ObsVideoTail);

    /// <summary>OBS 32.1 and later with three layers: rids, and no SSRC lines.</summary>
    public static string ObsSimulcast =>
        Crlf(ObsSession + ObsAudio + ObsVideoHead + ObsH264 + ObsSimulcastTail);

    /// <summary>OBS with its AV1 encoder.</summary>
    public static string ObsAv1 =>
        Crlf(
            ObsSession
                + ObsAudio
                + ObsVideoHead
                + "a=rtpmap:96 AV1/90000\n"
                + ObsFeedback
                + ObsVideoTail
        );

    /// <summary>FFmpeg 8.0: passive, a BUNDLE of two, no extension, no feedback, no candidate, and a
    /// profile-level-id of seven digits.</summary>
    public static string Ffmpeg8 => Crlf(FfmpegSession + FfmpegAudio + FfmpegVideo);

    /// <summary>FFmpeg 8.0 without sound: the BUNDLE still names section 0.</summary>
    public static string Ffmpeg8VideoOnly => Crlf(FfmpegSession + FfmpegVideo);

    /// <summary>FFmpeg after 8.0: active, RTX of which only the primary SSRC is declared, and a feedback
    /// line without its colon.</summary>
    public static string FfmpegNewer =>
        Crlf(
            FfmpegSession
                + FfmpegAudio.Replace("setup:passive", "setup:active", StringComparison.Ordinal)
                + FfmpegNewerVideo
        );

    private const string ObsSession = $"""
        v=0
        o=rtc 3767197920 0 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=group:LS 0 1
        a=msid-semantic:WMS *
        a=ice-options:ice2,trickle
        a=fingerprint:{Fingerprint}

        """;

    private const string ObsAudio = $"""
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=mid:0
        a=sendonly
        a=ssrc:1002637104 cname:s3H5KwQyWkMB
        a=ssrc:1002637104 msid:obs-stream obs-audio
        a=msid:obs-stream obs-audio
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}

        """;

    private const string ObsVideoHead = """
        m=video 9 UDP/TLS/RTP/SAVPF 96
        c=IN IP4 0.0.0.0
        a=mid:1
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=sendonly
        a=msid:obs-stream obs-video
        a=rtcp-mux

        """;

    private const string ObsFeedback = """
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 goog-remb

        """;

    private const string ObsH264 =
        "a=rtpmap:96 H264/90000\n"
        + ObsFeedback
        + "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1\n";

    private const string ObsVideoTail = $"""
        a=ssrc:1002637105 cname:s3H5KwQyWkMB
        a=ssrc:1002637105 msid:obs-stream obs-video
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        """;

    private const string ObsSimulcastTail = $"""
        a=rid:0 send
        a=rid:1 send
        a=rid:2 send
        a=simulcast:send 0;1;2
        a=setup:actpass
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        """;

    private const string FfmpegSession = """
        v=0
        o=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1
        s=FFmpegPublishSession
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS

        """;

    private const string FfmpegAudio = $"""
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=fingerprint:{Fingerprint}
        a=setup:passive
        a=mid:0
        a=sendonly
        a=msid:FFmpeg audio
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=ssrc:3255432412 cname:FFmpeg
        a=ssrc:3255432412 msid:FFmpeg audio

        """;

    private const string FfmpegVideo = $"""
        m=video 9 UDP/TLS/RTP/SAVPF 106
        c=IN IP4 0.0.0.0
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=fingerprint:{Fingerprint}
        a=setup:passive
        a=mid:1
        a=sendonly
        a=msid:FFmpeg video
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:106 H264/90000
        a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=422001f
        a=ssrc:1342738961 cname:FFmpeg
        a=ssrc:1342738961 msid:FFmpeg video
        """;

    private const string FfmpegNewerVideo = $"""
        m=video 9 UDP/TLS/RTP/SAVPF 106 105
        c=IN IP4 0.0.0.0
        a=ice-ufrag:{UsernameFragment}
        a=ice-pwd:{Password}
        a=fingerprint:{Fingerprint}
        a=setup:active
        a=mid:1
        a=sendonly
        a=msid:FFmpeg video
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:106 H264/90000
        a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtcp-fb106 nack
        a=rtpmap:105 rtx/90000
        a=fmtp:105 apt=106
        a=ssrc-group:FID 1342738961 1342738962
        a=ssrc:1342738961 cname:FFmpeg
        a=ssrc:1342738961 msid:FFmpeg video
        """;
}
