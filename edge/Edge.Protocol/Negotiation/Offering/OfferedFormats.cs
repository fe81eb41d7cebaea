using System.Collections.Immutable;
using System.Globalization;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>The format lines of an offered track.</summary>
internal static class OfferedFormats
{
    private const uint VideoClockRate = 90_000;
    private const string TransportCc = "transport-cc";

    /// <summary>Each format, with its retransmission after it.</summary>
    public static ImmutableArray<SdpCodec> Lines(
        OfferedTrack track,
        bool hasTransportCc,
        PayloadTypeNumbers numbers
    )
    {
        var lines = ImmutableArray.CreateBuilder<SdpCodec>();
        foreach (var codec in track.Codecs)
        {
            var number = codec.PayloadType ?? numbers.Next(codec.Kind);
            var line = Line(codec.Kind, codec.Format, number) with
            {
                Feedback = Feedback(track.Kind, hasTransportCc),
            };
            if (codec.HasRedundancy)
            {
                var block = number.Value.ToString(CultureInfo.InvariantCulture);
                lines.Add(
                    new(numbers.RepairOf(number), "red", line.ClockRate)
                    {
                        Channels = line.Channels,
                        Format = $"{block}/{block}",
                    }
                );
            }

            lines.Add(line);
            if (track.Kind == MediaKind.Video && codec.HasRtx)
            {
                var apt = line.PayloadType.Value.ToString(CultureInfo.InvariantCulture);
                var repair = numbers.RepairOf(line.PayloadType);
                lines.Add(new(repair, "rtx", VideoClockRate) { Format = $"apt={apt}" });
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>The line of a format, without feedback.</summary>
    /// <param name="kind">Which format.</param>
    /// <param name="format">Its parameters; null for the usual ones.</param>
    /// <param name="number">Its number.</param>
    public static SdpCodec Line(CodecKind kind, string? format, PayloadType number)
    {
        var (name, clockRate, usual) = kind switch
        {
            CodecKind.Opus => ("opus", 48_000u, "minptime=10;useinbandfec=1"),
            CodecKind.Pcmu => ("PCMU", 8000u, null),
            CodecKind.Pcma => ("PCMA", 8000u, null),
            CodecKind.G722 => ("G722", 8000u, null),
            CodecKind.TelephoneEvent => ("telephone-event", 48_000u, "0-15"),
            CodecKind.Vp8 => ("VP8", VideoClockRate, null),
            CodecKind.Vp9 => ("VP9", VideoClockRate, "profile-id=0"),
            CodecKind.H264 => (
                "H264",
                VideoClockRate,
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
            ),
            CodecKind.H265 => ("H265", VideoClockRate, "level-id=93;profile-id=1;tier-flag=0"),
            CodecKind.Av1 => ("AV1", VideoClockRate, "level-idx=5;profile=0;tier=0"),
            CodecKind.Unknown => throw new ArgumentException("A format has a name.", nameof(kind)),
            _ => throw new ArgumentException("A format has a name.", nameof(kind)),
        };
        return new(number, name, clockRate)
        {
            Channels = kind == CodecKind.Opus ? 2 : 1,
            Format = format ?? usual,
        };
    }

    /// <summary>The feedback of a format: both ways of congestion control, of which an answer keeps one.</summary>
    public static ImmutableArray<string> Feedback(MediaKind kind, bool hasTransportCc)
    {
        ImmutableArray<string> feedback =
            kind == MediaKind.Video ? ["goog-remb", "ccm fir", "nack", "nack pli"] : [];
        return hasTransportCc ? feedback.Add(TransportCc) : feedback;
    }
}
