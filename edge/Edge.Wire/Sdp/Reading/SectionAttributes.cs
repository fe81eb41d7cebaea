using System.Collections.Immutable;
using System.Globalization;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Gathers the attributes of one m-section, or those of the session part that are handed down
/// to the sections without their own.</summary>
internal sealed class SectionAttributes
{
    private readonly CodecTable _codecs = new();
    private readonly SourceTable _sources = new();
    private readonly EncodingTable _encodings = new();
    private readonly TransportAttributes _transport = new();
    private int _attributes;
    private SdpDirection? _direction;
    private SdpMsid? _msid;
    private bool _isBundleOnly;
    private bool _hasRtcpMux;
    private bool _hasRtcpMuxOnly;
    private bool _hasReducedSize;
    private bool _showsSlides;
    private int? _sctpPort;
    private long? _maxMessageSize;

    /// <summary>The identification.</summary>
    public string? Mid { get; private set; }

    /// <summary>Whether mixed extension forms are allowed.</summary>
    public bool AllowsMixedExtensions { get; private set; }

    /// <summary>Takes one attribute; what is unknown or cannot be read changes nothing.</summary>
    public SdpErrorKind Apply(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (++_attributes > SdpLimits.AttributesPerSectionMax)
        {
            return SdpErrorKind.TooManyAttributes;
        }

        switch (name)
        {
            case "rtpmap":
                _codecs.ReadMap(value);
                return SdpErrorKind.None;
            case "fmtp":
                _codecs.ReadFormat(value);
                return SdpErrorKind.None;
            case "rtcp-fb":
                _codecs.ReadFeedback(value);
                return SdpErrorKind.None;
            case "extmap":
                return _encodings.ReadExtension(value);
            case "rid":
                return _encodings.ReadRid(value);
            case "simulcast":
                _encodings.ReadSimulcast(value);
                return SdpErrorKind.None;
            case "ssrc":
                return _sources.ReadSource(value);
            case "ssrc-group":
                return _sources.ReadGroup(value);
            default:
                ApplyFlag(name, value);
                return _transport.Apply(name, value);
        }
    }

    /// <summary>The section of an m-line, with what the session part says where the section is silent.</summary>
    public MediaSection Build(MediaSection line, SectionAttributes session) =>
        line with
        {
            Mid = Mid,
            Direction = _direction ?? session._direction ?? SdpDirection.SendReceive,
            IsBundleOnly = _isBundleOnly,
            Codecs = line.IsRtp ? _codecs.Build(line.Formats) : [],
            Extensions = _encodings.BuildExtensions(),
            Rids = _encodings.BuildRids(),
            Simulcast = _encodings.BuildSimulcast(),
            SsrcGroups = _sources.BuildGroups(),
            Ssrcs = _sources.BuildSources(),
            Msid = _msid,
            ShowsSlides = _showsSlides,
            IceUsernameFragment =
                _transport.UsernameFragment ?? session._transport.UsernameFragment,
            IcePassword = _transport.Password ?? session._transport.Password,
            Fingerprints =
                _transport.Fingerprints.Count > 0
                    ? [.. _transport.Fingerprints]
                    : [.. session._transport.Fingerprints],
            Setup = _transport.Setup == SdpSetup.None ? session._transport.Setup : _transport.Setup,
            Candidates = [.. _transport.Candidates],
            HasEndOfCandidates =
                _transport.HasEndOfCandidates || session._transport.HasEndOfCandidates,
            HasRtcpMux = _hasRtcpMux,
            HasRtcpMuxOnly = _hasRtcpMuxOnly,
            HasReducedSizeRtcp = _hasReducedSize,
            AllowsMixedExtensions = AllowsMixedExtensions,
            SctpPort = _sctpPort,
            MaxMessageSize = _maxMessageSize,
        };

    private void ApplyFlag(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "mid" when !value.IsEmpty && !value.Contains(' '):
                Mid ??= value.ToString();
                break;
            case "msid":
                _msid ??= ReadMsid(value);
                break;
            case "content":
                _showsSlides |= HasSlides(value);
                break;
            case "bundle-only":
                _isBundleOnly = true;
                break;
            case "rtcp-mux":
                _hasRtcpMux = true;
                break;
            case "rtcp-mux-only":
                _hasRtcpMuxOnly = true;
                break;
            case "rtcp-rsize":
                _hasReducedSize = true;
                break;
            case "extmap-allow-mixed":
                AllowsMixedExtensions = true;
                break;
            case "sctp-port":
                _sctpPort = unchecked((ushort?)ToNumber(value, ushort.MaxValue));
                break;
            case "max-message-size":
                _maxMessageSize = ToNumber(value, long.MaxValue);
                break;
            default:
                _direction = SdpDirectionText.TryParse(name, out var direction)
                    ? direction
                    : _direction;
                break;
        }
    }

    /// <summary>Whether a list of words (RFC 4796 §5) has the one for slides.</summary>
    private static bool HasSlides(ReadOnlySpan<char> value)
    {
        foreach (var word in value.Split(','))
        {
            if (value[word].Trim().Equals("slides", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static SdpMsid? ReadMsid(ReadOnlySpan<char> value)
    {
        var stream = SdpWords.TakeFirst(value, out var rest);
        var track = SdpWords.TakeFirst(rest, out _);
        return stream.IsEmpty
            ? null
            : new(stream.ToString(), track.IsEmpty ? null : track.ToString());
    }

    private static long? ToNumber(ReadOnlySpan<char> text, long max) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= max
            ? number
            : null;
}
