using System.Collections.Immutable;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp;

/// <summary>One m-section of a session description.</summary>
/// <remarks>
/// Values that may stand at session level instead (credentials, fingerprints, setup, direction) are
/// here in either case: reading hands them down, writing puts them into each section.
/// </remarks>
public sealed record MediaSection
{
    /// <summary>The kind of media.</summary>
    public required SdpMediaKind Kind { get; init; }

    /// <summary>The kind's word as written.</summary>
    public required string KindName { get; init; }

    /// <summary>The port; 0 refuses the section (RFC 3264 §6), 9 stands for "see the candidates".</summary>
    public required int Port { get; init; }

    /// <summary>The transport protocol as written.</summary>
    public required string Protocol { get; init; }

    /// <summary>The formats of the m-line as written; at least one.</summary>
    public required ImmutableArray<string> Formats { get; init; }

    /// <summary>The line its m-line stood on; 0 when it was not read.</summary>
    public int LineNumber { get; init; }

    /// <summary>The identification (RFC 5888).</summary>
    public string? Mid { get; init; }

    /// <summary>The direction, seen from whoever wrote the description.</summary>
    public SdpDirection Direction { get; init; }

    /// <summary>Whether the section exists only inside its bundle, port 0 notwithstanding (RFC 8843 §6).</summary>
    public bool IsBundleOnly { get; init; }

    /// <summary>The RTP payload formats in the order of the m-line. Numbers without a name are left out.</summary>
    public ImmutableArray<SdpCodec> Codecs { get; init; } = [];

    /// <summary>The RTP header extensions.</summary>
    public ImmutableArray<SdpExtension> Extensions { get; init; } = [];

    /// <summary>The restriction identifiers (RFC 8851).</summary>
    public ImmutableArray<SdpRid> Rids { get; init; } = [];

    /// <summary>The simulcast line (RFC 8853).</summary>
    public SdpSimulcast? Simulcast { get; init; }

    /// <summary>The source groups (RFC 5576 §4.2).</summary>
    public ImmutableArray<SdpSsrcGroup> SsrcGroups { get; init; } = [];

    /// <summary>The sources (RFC 5576 §4.1).</summary>
    public ImmutableArray<SdpSsrc> Ssrcs { get; init; } = [];

    /// <summary>The media stream and track (RFC 8830).</summary>
    public SdpMsid? Msid { get; init; }

    /// <summary>Whether its pictures are slides, such as a shared screen (RFC 4796 §5, <c>a=content</c>).</summary>
    public bool ShowsSlides { get; init; }

    /// <summary>ICE username fragment (RFC 8839 §5.4).</summary>
    public string? IceUsernameFragment { get; init; }

    /// <summary>ICE password (RFC 8839 §5.4).</summary>
    public string? IcePassword { get; init; }

    /// <summary>Values of <c>a=fingerprint</c> as written (RFC 8122 §5).</summary>
    public ImmutableArray<string> Fingerprints { get; init; } = [];

    /// <summary>The DTLS role (RFC 4145 §4).</summary>
    public SdpSetup Setup { get; init; }

    /// <summary>The ICE candidates.</summary>
    public ImmutableArray<SdpCandidate> Candidates { get; init; } = [];

    /// <summary>Whether no further candidates follow (RFC 8840 §8.2).</summary>
    public bool HasEndOfCandidates { get; init; }

    /// <summary>Whether RTP and RTCP share the transport (RFC 5761).</summary>
    public bool HasRtcpMux { get; init; }

    /// <summary>Whether they cannot but share it (RFC 8858).</summary>
    public bool HasRtcpMuxOnly { get; init; }

    /// <summary>Whether RTCP packets may stand alone (RFC 5506).</summary>
    public bool HasReducedSizeRtcp { get; init; }

    /// <summary>Whether this section itself allows mixed extension forms (RFC 8285 §6).</summary>
    public bool AllowsMixedExtensions { get; init; }

    /// <summary>The SCTP port (RFC 8841 §5).</summary>
    public int? SctpPort { get; init; }

    /// <summary>Most bytes of a data channel message (RFC 8841 §6).</summary>
    public long? MaxMessageSize { get; init; }

    /// <summary>Whether the section is refused or disabled.</summary>
    public bool IsDisabled => Port == 0 && !IsBundleOnly;

    /// <summary>Whether it carries sound or pictures.</summary>
    public bool IsRtp => Kind is SdpMediaKind.Audio or SdpMediaKind.Video;
}
