using System.Globalization;
using System.Text;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Which encoding names are which payload formats, and how to name them to people.</summary>
internal static class CodecCatalog
{
    private const uint VideoClockRate = 90_000;
    private const uint NarrowClockRate = 8000;
    private const uint OpusClockRate = 48_000;
    private const int DescribedMax = 24;
    private const int DescribedCharactersMax = 80;

    /// <summary>The format of a name and clock (RFC 8866 §6.6: names in any case).</summary>
    public static CodecKind KindOf(MediaKind media, SdpCodec codec) =>
        media == MediaKind.Audio ? AudioKindOf(codec) : VideoKindOf(codec);

    /// <summary>The media kind of a section that carries sound or pictures.</summary>
    public static MediaKind MediaOf(MediaSection section) =>
        section.Kind == SdpMediaKind.Audio ? MediaKind.Audio : MediaKind.Video;

    /// <summary>The media kind in a sentence.</summary>
    public static string NameOf(MediaKind media) => media == MediaKind.Audio ? "audio" : "video";

    /// <summary>All formats that can be published, in a sentence.</summary>
    public static string SupportedOf(MediaKind media) =>
        media == MediaKind.Audio ? "opus, G722, PCMU, PCMA" : "VP8, VP9, H264, H265, AV1";

    /// <summary>Whether it carries the media itself, rather than repair, events or comfort noise.</summary>
    public static bool IsMain(CodecKind kind) =>
        kind is not (CodecKind.Unknown or CodecKind.TelephoneEvent);

    /// <summary>The first known format of a section; null when there is none.</summary>
    public static SdpCodec? FirstMain(MediaSection section)
    {
        foreach (var codec in section.Codecs)
        {
            if (IsMain(KindOf(MediaOf(section), codec)))
            {
                return codec;
            }
        }

        return null;
    }

    /// <summary>The formats of a section in a sentence: "VP8, H264 (profile-level-id=42e01f, …)".</summary>
    public static string Describe(MediaSection section)
    {
        var media = MediaOf(section);
        var text = new StringBuilder();
        var described = 0;
        foreach (var codec in section.Codecs)
        {
            if (IsRepair(codec) || KindOf(media, codec) == CodecKind.TelephoneEvent)
            {
                continue;
            }

            if (described == DescribedMax)
            {
                text.Append(", and more");
                break;
            }

            text.Append(described++ == 0 ? "" : ", ");
            text.Append(Describe(codec.Name, KindOf(media, codec), codec.Format));
        }

        return described == 0 ? "no known format" : text.ToString();
    }

    /// <summary>One format in a sentence, with the parameters that decide who can decode it.</summary>
    public static string Describe(string name, CodecKind kind, string? format)
    {
        var parameters = kind switch
        {
            CodecKind.H264 =>
                $" (profile-level-id={Parameter(format, "profile-level-id", "420010")}, packetization-mode={Parameter(format, "packetization-mode", "0")})",
            CodecKind.Vp9 => $" (profile-id={Parameter(format, "profile-id", "0")})",
            CodecKind.H265 => $" (profile-id={Parameter(format, "profile-id", "1")})",
            CodecKind.Av1 => $" (profile={Parameter(format, "profile", "0")})",
            CodecKind.Opus
            or CodecKind.Pcmu
            or CodecKind.Pcma
            or CodecKind.G722
            or CodecKind.TelephoneEvent
            or CodecKind.Vp8
            or CodecKind.Unknown => "",
            _ => "",
        };
        var text = name + parameters;
        return text.Length <= DescribedCharactersMax ? text : text[..DescribedCharactersMax];
    }

    /// <summary>A numeric parameter, or what its absence means.</summary>
    public static int Number(string? format, string name, int absent) =>
        int.TryParse(
            SdpFormatParameters.Find(format, name),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : absent;

    private static string Parameter(string? format, string name, string absent)
    {
        var value = SdpFormatParameters.Find(format, name);
        return value.IsEmpty ? absent : value.ToString();
    }

    /// <summary>Retransmission, redundancy and error correction are no choice of their own.</summary>
    private static bool IsRepair(SdpCodec codec) =>
        codec.Is("rtx")
        || codec.Is("red")
        || codec.Is("ulpfec")
        || codec.Is("flexfec")
        || codec.Is("flexfec-03")
        || codec.Is("CN");

    private static CodecKind AudioKindOf(SdpCodec codec) =>
        codec.ClockRate switch
        {
            OpusClockRate when codec.Is("opus") => CodecKind.Opus,
            NarrowClockRate when codec.Is("PCMU") => CodecKind.Pcmu,
            NarrowClockRate when codec.Is("PCMA") => CodecKind.Pcma,
            NarrowClockRate when codec.Is("G722") => CodecKind.G722,
            _ when codec.Is("telephone-event") => CodecKind.TelephoneEvent,
            _ => CodecKind.Unknown,
        };

    private static CodecKind VideoKindOf(SdpCodec codec)
    {
        if (codec.ClockRate != VideoClockRate)
        {
            return CodecKind.Unknown;
        }

        return codec.Is("VP8") ? CodecKind.Vp8
            : codec.Is("VP9") ? CodecKind.Vp9
            : codec.Is("H264") ? CodecKind.H264
            : codec.Is("H265") ? CodecKind.H265
            : codec.Is("AV1") ? CodecKind.Av1
            : CodecKind.Unknown;
    }
}
