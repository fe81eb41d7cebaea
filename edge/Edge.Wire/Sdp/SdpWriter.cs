using System.Collections.Immutable;
using System.Text;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp;

/// <summary>Writes descriptions and fragments with CRLF lines.</summary>
/// <remarks>
/// FFmpeg takes the first ufrag, password and UDP host candidate it meets, and nothing else; libjuice
/// reads <c>ice-lite</c> at session level only.
/// </remarks>
internal static class SdpWriter
{
    private const string LineEnd = "\r\n";

    /// <summary>Writes a description.</summary>
    public static string Write(SessionDescription description)
    {
        var text = new StringBuilder();
        Line(text, "v=0");
        Line(text, $"o=- {description.SessionId} {description.SessionVersion} IN IP4 127.0.0.1");
        Line(text, "s=-");
        Line(text, "t=0 0");
        Flag(text, "ice-lite", description.IsIceLite);
        if (!description.IceOptions.IsEmpty)
        {
            Line(text, $"a=ice-options:{string.Join(' ', description.IceOptions)}");
        }

        WriteBundle(text, description.BundleMids);
        Flag(text, "extmap-allow-mixed", description.AllowsMixedExtensions);
        foreach (var section in description.Sections)
        {
            WriteSection(text, section);
        }

        return text.ToString();
    }

    /// <summary>Writes a fragment: one pseudo m-section for the bundle (RFC 8840 §9).</summary>
    public static string Write(TrickleFragment fragment)
    {
        var text = new StringBuilder();
        Flag(text, "ice-lite", fragment.IsIceLite);
        if (!fragment.IceOptions.IsEmpty)
        {
            Line(text, $"a=ice-options:{string.Join(' ', fragment.IceOptions)}");
        }

        Attribute(text, "ice-ufrag", fragment.UsernameFragment);
        Attribute(text, "ice-pwd", fragment.Password);
        WriteBundle(text, fragment.BundleMids);
        if (fragment.KindName is not null)
        {
            Line(text, $"m={fragment.KindName} 9 UDP/TLS/RTP/SAVPF 0");
        }

        Attribute(text, "mid", fragment.Mid);
        foreach (var candidate in fragment.Candidates)
        {
            Line(text, $"a=candidate:{candidate}");
        }

        Flag(text, "end-of-candidates", fragment.HasEndOfCandidates);
        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, MediaSection section)
    {
        Line(
            text,
            $"m={section.KindName} {section.Port} {section.Protocol} {string.Join(' ', section.Formats)}"
        );
        Line(text, "c=IN IP4 0.0.0.0");
        Attribute(text, "mid", section.Mid);
        if (section.IsRtp || section.Direction != SdpDirection.SendReceive)
        {
            Line(text, $"a={section.Direction.ToWord()}");
        }

        Flag(text, "bundle-only", section.IsBundleOnly);
        WriteTransport(text, section);
        Flag(text, "rtcp-mux", section.HasRtcpMux);
        Flag(text, "rtcp-mux-only", section.HasRtcpMuxOnly);
        Flag(text, "rtcp-rsize", section.HasReducedSizeRtcp);
        Flag(text, "extmap-allow-mixed", section.AllowsMixedExtensions);
        WriteEncodings(text, section);
        WriteSources(text, section);
        if (section.SctpPort is { } port)
        {
            Line(text, $"a=sctp-port:{port}");
        }

        if (section.MaxMessageSize is { } size)
        {
            Line(text, $"a=max-message-size:{size}");
        }

        foreach (var candidate in section.Candidates)
        {
            Line(text, $"a=candidate:{candidate}");
        }

        Flag(text, "end-of-candidates", section.HasEndOfCandidates);
    }

    private static void WriteTransport(StringBuilder text, MediaSection section)
    {
        Attribute(text, "ice-ufrag", section.IceUsernameFragment);
        Attribute(text, "ice-pwd", section.IcePassword);
        foreach (var fingerprint in section.Fingerprints)
        {
            Attribute(text, "fingerprint", fingerprint);
        }

        Attribute(text, "setup", ToWord(section.Setup));
    }

    private static void WriteEncodings(StringBuilder text, MediaSection section)
    {
        foreach (var extension in section.Extensions)
        {
            var direction =
                extension.Direction == SdpDirection.SendReceive
                    ? ""
                    : $"/{extension.Direction.ToWord()}";
            Line(text, $"a=extmap:{extension.Id}{direction} {extension.Uri}");
        }

        foreach (var codec in section.Codecs)
        {
            WriteCodec(text, codec);
        }

        foreach (var rid in section.Rids)
        {
            var word = rid.Direction == SdpDirection.SendOnly ? "send" : "recv";
            var restrictions = rid.Restrictions is null ? "" : $" {rid.Restrictions}";
            Line(text, $"a=rid:{rid.Id} {word}{restrictions}");
        }

        if (section.Simulcast is { } simulcast)
        {
            var send = simulcast.Send.IsEmpty ? "" : $" send {string.Join(';', simulcast.Send)}";
            var receive = simulcast.Receive.IsEmpty
                ? ""
                : $" recv {string.Join(';', simulcast.Receive)}";
            Line(text, $"a=simulcast:{(send + receive)[1..]}");
        }
    }

    private static void WriteCodec(StringBuilder text, SdpCodec codec)
    {
        var type = codec.PayloadType.Value;
        var channels = codec.Channels > 1 ? $"/{codec.Channels}" : "";
        Line(text, $"a=rtpmap:{type} {codec.Name}/{codec.ClockRate}{channels}");
        foreach (var feedback in codec.Feedback)
        {
            Line(text, $"a=rtcp-fb:{type} {feedback}");
        }

        if (codec.Format is not null)
        {
            Line(text, $"a=fmtp:{type} {codec.Format}");
        }
    }

    private static void WriteSources(StringBuilder text, MediaSection section)
    {
        Attribute(text, "msid", section.Msid?.ToString());
        Attribute(text, "content", section.ShowsSlides ? "slides" : null);
        foreach (var group in section.SsrcGroups)
        {
            Line(text, $"a=ssrc-group:{group.Semantics} {string.Join(' ', group.Ssrcs)}");
        }

        foreach (var source in section.Ssrcs)
        {
            if (source.Cname is null && source.Msid is null)
            {
                Line(text, $"a=ssrc:{source.Ssrc.Value}");
            }

            if (source.Cname is not null)
            {
                Line(text, $"a=ssrc:{source.Ssrc.Value} cname:{source.Cname}");
            }

            if (source.Msid is not null)
            {
                Line(text, $"a=ssrc:{source.Ssrc.Value} msid:{source.Msid}");
            }
        }
    }

    private static void WriteBundle(StringBuilder text, ImmutableArray<string>? mids)
    {
        if (mids is { IsDefault: false } bundle)
        {
            Line(text, $"a=group:BUNDLE {string.Join(' ', bundle)}".TrimEnd());
        }
    }

    private static string? ToWord(SdpSetup setup) =>
        setup switch
        {
            SdpSetup.ActivePassive => "actpass",
            SdpSetup.Active => "active",
            SdpSetup.Passive => "passive",
            SdpSetup.HoldConnection => "holdconn",
            SdpSetup.None => null,
            _ => null,
        };

    private static void Attribute(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            Line(text, $"a={name}:{value}");
        }
    }

    private static void Flag(StringBuilder text, string name, bool isSet)
    {
        if (isSet)
        {
            Line(text, $"a={name}");
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append(LineEnd);
}
