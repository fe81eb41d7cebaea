using System.Collections.Immutable;
using System.Globalization;
using Edge.Protocol.Negotiation.Answering;
using Edge.Protocol.Negotiation.Offering;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Numbers the formats and extensions of an offer of ours: as the client numbers them where it
/// has, else as Chromium 156 would, else with what is free.</summary>
internal sealed class OwnNumbers(SessionNumbers known)
{
    private const int ExtensionIdMax = 14;
    private const string Rtx = "rtx";
    private const string Red = "red";
    private const string Events = "telephone-event";
    private const uint OpusClockRate = 48_000;

    // RFC 5761 §4: 64 to 95 would be taken for RTCP.
    private const int DynamicFirst = 96;
    private const int DynamicLast = 127;
    private const int SecondRangeFirst = 35;
    private const int SecondRangeLast = 63;

    private readonly Dictionary<int, SdpCodec> _codecs = [];
    private readonly Dictionary<int, string> _extensions = [];

    /// <summary>The line of a track's format; null when the client said what it decodes and this is none
    /// of it, or when no number is left.</summary>
    public SdpCodec? Choose(PlayableTrack track)
    {
        var decoded = track.Kind == MediaKind.Audio ? known.DecodedAudio : known.DecodedVideo;
        if (decoded is { } lines)
        {
            return Best(lines, track, CodecFit.Superset);
        }

        return Best(Known(track.Kind), track, CodecFit.Exact)
            ?? Number(
                OfferedFormats.Line(track.Codec.Kind, track.Codec.Format, default),
                track.Kind
            );
    }

    /// <summary>The line of a format that this end takes.</summary>
    public SdpCodec? Choose(MediaKind media, CodecKind kind)
    {
        var line = OfferedFormats.Line(kind, format: null, default);
        var wanted = new NegotiatedCodec(
            kind,
            default,
            RtxPayloadType: null,
            line.ClockRate,
            line.Name,
            line.Format
        );
        var track = new PlayableTrack(media, wanted, "", default, default);
        return Best(Known(media), track, CodecFit.Exact) ?? Number(line, media);
    }

    /// <summary>The retransmission format of a line; null when no number is left.</summary>
    public SdpCodec? ChooseRtx(SdpCodec of)
    {
        foreach (var codec in Known(MediaKind.Video))
        {
            if (
                codec.Is(Rtx)
                && CodecCatalog.Number(codec.Format, "apt", absent: -1) == of.PayloadType.Value
            )
            {
                return codec;
            }
        }

        var apt = of.PayloadType.Value.ToString(CultureInfo.InvariantCulture);
        return Number(new(default, Rtx, of.ClockRate) { Format = $"apt={apt}" }, MediaKind.Video);
    }

    /// <summary>Redundant packets of a line; null when the client said what it decodes and this is none of it, or
    /// when no number is left.</summary>
    public SdpCodec? ChooseRed(SdpCodec of)
    {
        var number = of.PayloadType.Value.ToString(CultureInfo.InvariantCulture);
        var format = $"{number}/{number}";
        foreach (var codec in known.DecodedAudio ?? [.. Known(MediaKind.Audio)])
        {
            if (codec.Is(Red) && string.Equals(codec.Format, format, StringComparison.Ordinal))
            {
                return codec;
            }
        }

        var line = new SdpCodec(default, Red, of.ClockRate)
        {
            Channels = of.Channels,
            Format = format,
        };
        return known.DecodedAudio is null ? Number(line, MediaKind.Audio) : null;
    }

    /// <summary>Telephone events at a clock; null when no number is left.</summary>
    public SdpCodec? ChooseEvents(uint clockRate)
    {
        foreach (var codec in Known(MediaKind.Audio))
        {
            if (codec.Is(Events) && codec.ClockRate == clockRate)
            {
                return codec;
            }
        }

        return Number(new(default, Events, clockRate), MediaKind.Audio);
    }

    /// <summary>The identifier of an extension; 0 when none is left, or when the client has offered
    /// sections of this kind without it.</summary>
    public int ChooseExtension(MediaKind kind, string uri)
    {
        for (var id = 1; id <= ExtensionIdMax; id++)
        {
            if (string.Equals(ExtensionAt(id), uri, StringComparison.Ordinal))
            {
                return id;
            }
        }

        if (known.HasHeard(kind))
        {
            return 0;
        }

        var usual = UsualId(uri);
        for (var id = 0; id <= ExtensionIdMax; id++)
        {
            var candidate = id == 0 ? usual : id;
            if (ExtensionAt(candidate) is null)
            {
                _extensions[candidate] = uri;
                return candidate;
            }
        }

        return 0;
    }

    private string? ExtensionAt(int id) =>
        known.ExtensionAt(id) ?? _extensions.GetValueOrDefault(id);

    private static SdpCodec? Best(
        IReadOnlyList<SdpCodec> lines,
        PlayableTrack track,
        CodecFit least
    )
    {
        SdpCodec? chosen = null;
        var best = least - 1;
        foreach (var line in lines)
        {
            var fit = CodecMatch.Of(track.Codec, track.Kind, line);
            if (fit > best)
            {
                chosen = line;
                best = fit;
            }
        }

        return chosen;
    }

    private List<SdpCodec> Known(MediaKind kind)
    {
        var lines = new List<SdpCodec>();
        for (var number = 0; number <= DynamicLast; number++)
        {
            if (known.CodecAt(number) is { } there && there.Kind == kind)
            {
                lines.Add(there.Codec);
            }
            else if (
                _codecs.TryGetValue(number, out var codec)
                && (kind == MediaKind.Video) == IsVideo(codec)
            )
            {
                lines.Add(codec);
            }
        }

        return lines;
    }

    private static bool IsVideo(SdpCodec codec) => codec.ClockRate == 90_000;

    /// <summary>The line under the number that it has already, or else the usual or a free one.</summary>
    private SdpCodec? Number(SdpCodec line, MediaKind media)
    {
        foreach (var there in Known(media))
        {
            if (
                there.Is(line.Name)
                && there.ClockRate == line.ClockRate
                && string.Equals(there.Format, line.Format, StringComparison.Ordinal)
            )
            {
                return there;
            }
        }

        var usual = UsualNumber(line, CodecCatalog.KindOf(media, line));
        if (!IsFree(usual))
        {
            usual = FindFree();
        }

        if (usual < 0)
        {
            return null;
        }

        var numbered = line with { PayloadType = new((byte)usual) };
        _codecs[usual] = numbered;
        return numbered;
    }

    /// <summary>From the end, where the browsers' own numbers are fewest.</summary>
    private int FindFree()
    {
        for (var number = DynamicLast; number >= DynamicFirst; number--)
        {
            if (IsFree(number))
            {
                return number;
            }
        }

        for (var number = SecondRangeLast; number >= SecondRangeFirst; number--)
        {
            if (IsFree(number))
            {
                return number;
            }
        }

        return -1;
    }

    private bool IsFree(int number) =>
        known.CodecAt(number) is null && !_codecs.ContainsKey(number);

    /// <summary>The numbers of Chromium 156, so that its own offers need not move any.</summary>
    private static int UsualNumber(SdpCodec line, CodecKind kind) =>
        kind switch
        {
            CodecKind.Opus => 111,
            CodecKind.Pcmu => 0,
            CodecKind.Pcma => 8,
            CodecKind.G722 => 9,
            CodecKind.TelephoneEvent => line.ClockRate == OpusClockRate ? 110 : 126,
            CodecKind.Vp8 => 96,
            CodecKind.Vp9 => 98,
            CodecKind.H264 => 108,
            CodecKind.Av1 => 45,
            CodecKind.H265 => 51,
            CodecKind.Unknown when line.Is(Red) => 63,
            // A retransmission format has the next number.
            CodecKind.Unknown => CodecCatalog.Number(line.Format, "apt", absent: DynamicLast) + 1
                is var next
                    and <= DynamicLast
                ? next
                : DynamicFirst,
            _ => DynamicFirst,
        };

    private static int UsualId(string uri) =>
        uri switch
        {
            RtpExtensionUri.AudioLevel => 1,
            RtpExtensionUri.AbsoluteSendTime => 2,
            RtpExtensionUri.TransportSequence => 3,
            RtpExtensionUri.Mid => 4,
            RtpExtensionUri.PlayoutDelay => 5,
            RtpExtensionUri.ColorSpace => 8,
            RtpExtensionUri.VideoLayersAllocation => 9,
            RtpExtensionUri.Rid => 10,
            RtpExtensionUri.RepairedRid => 11,
            RtpExtensionUri.DependencyDescriptor => 12,
            _ => ExtensionIdMax,
        };
}
