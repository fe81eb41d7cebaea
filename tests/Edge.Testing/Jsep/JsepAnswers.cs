using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>How offers and answers have to fit (RFC 3264 §6, RFC 8829 §5.3).</summary>
internal static class JsepAnswers
{
    /// <summary>The own direction where the other side says its.</summary>
    public static SdpDirection Meet(SdpDirection own, SdpDirection other)
    {
        var sends = own.Sends() && other.Receives();
        var receives = own.Receives() && other.Sends();
        return (sends, receives) switch
        {
            (true, true) => SdpDirection.SendReceive,
            (true, false) => SdpDirection.SendOnly,
            (false, true) => SdpDirection.ReceiveOnly,
            (false, false) => SdpDirection.Inactive,
        };
    }

    /// <summary>Whether a browser has a format of an offered section.</summary>
    public static bool CanTake(JsepHabits habits, MediaSection offered)
    {
        if (!offered.IsRtp)
        {
            return true;
        }

        return Common(habits, offered).Any(codec => !codec.Is("rtx"));
    }

    /// <summary>The offered formats that a browser has, by name and profile.</summary>
    public static IEnumerable<SdpCodec> Common(JsepHabits habits, MediaSection offered)
    {
        var own = habits.Decodes(offered.Kind);
        foreach (var codec in offered.Codecs)
        {
            var isKnown = own.Any(known =>
                known.Is(codec.Name)
                && known.ClockRate == codec.ClockRate
                && (codec.Is("rtx") || SameProfile(known, codec))
            );
            if (isKnown)
            {
                yield return codec;
            }
        }
    }

    /// <summary>Throws where a browser refuses an answer to its offer.</summary>
    public static void Check(SessionDescription offer, SessionDescription answer, JsepHabits habits)
    {
        JsepRules.Require(
            answer.Sections.Length == offer.Sections.Length,
            "the answer has another number of sections"
        );
        var isTag = true;
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            var (offered, answered) = (offer.Sections[index], answer.Sections[index]);
            JsepRules.Require(
                JsepRules.Same(answered.Mid, offered.Mid) && answered.Kind == offered.Kind,
                $"section {index} of the answer is another one"
            );
            JsepRules.Require(
                answered.Port == 0 || !offered.IsDisabled,
                $"the answer revives section {index}"
            );
            if (answered.Port != 0)
            {
                CheckSection(offered, answered);
            }

            if (!offered.IsDisabled)
            {
                JsepRules.Require(
                    !isTag || answered.Port != 0 || !habits.IsChromium,
                    "the answer refuses the section that stands for the bundle"
                );
                isTag = false;
            }
        }
    }

    private static void CheckSection(MediaSection offered, MediaSection answered)
    {
        var (own, other) = (offered.Direction, answered.Direction);
        JsepRules.Require(
            (own.Receives() || !other.Sends()) && (own.Sends() || !other.Receives()),
            $"the answer says {other.ToWord()} to {own.ToWord()}"
        );
        JsepRules.Require(
            answered.Setup is SdpSetup.Active or SdpSetup.Passive,
            "the answer does not settle the DTLS role"
        );
        foreach (var codec in answered.Codecs)
        {
            JsepRules.Require(
                offered.Codecs.Any(known =>
                    known.PayloadType == codec.PayloadType && known.Is(codec.Name)
                ),
                $"the answer has payload type {codec.PayloadType} {codec.Name}, the offer not"
            );
        }

        foreach (var extension in answered.Extensions)
        {
            JsepRules.Require(
                offered.Extensions.Any(known =>
                    known.Id == extension.Id && JsepRules.Same(known.Uri, extension.Uri)
                ),
                $"the answer has extmap {extension.Id}, the offer not"
            );
        }

        var accepted = answered.Simulcast?.Receive.Length ?? 0;
        JsepRules.Require(
            offered.Simulcast is null || accepted == offered.Simulcast.Send.Length,
            "the answer drops simulcast layers"
        );
    }

    private static bool SameProfile(SdpCodec one, SdpCodec other)
    {
        string[] names = ["profile-id", "packetization-mode", "profile"];
        var isSame = names.All(name =>
            JsepRules.Same(Value(one.Format, name, ""), Value(other.Format, name, ""))
        );
        var level = "profile-level-id";
        return isSame
            && JsepRules.Same(
                Value(one.Format, level, "42e01f")[..4],
                Value(other.Format, level, "42e01f")[..4]
            );
    }

    private static string Value(string? format, string name, string absent)
    {
        var value = SdpFormatParameters.Find(format, name);
        return value.Length < 4 && absent.Length > 0 ? absent
            : value.IsEmpty ? absent
            : value.ToString();
    }
}
