using System.Globalization;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>What a browser refuses in a description of the other side; a breach throws.</summary>
/// <remarks>Source: RFC 8829 §5.10 and §5.11, RFC 8843 §7 and §9, and what Chromium 156 was seen to refuse.</remarks>
internal sealed class JsepRules(JsepHabits habits)
{
    private readonly Dictionary<string, string> _numbers = new(StringComparer.Ordinal);
    private ulong _version;

    /// <summary>Checks what holds of offers and answers alike.</summary>
    public void Check(SessionDescription description)
    {
        Require(description.SessionVersion > _version, "the o= version does not grow");
        _version = description.SessionVersion;
        var mids = new HashSet<string>(StringComparer.Ordinal);
        var msids = new HashSet<string>(StringComparer.Ordinal);
        var codecs = new Dictionary<byte, string>();
        var extensions = new Dictionary<int, string>();
        var live = new List<string>();
        foreach (var section in description.Sections)
        {
            Require(section.Mid is not null && mids.Add(section.Mid), "mids are not unique");
            if (section.Port == 0)
            {
                continue;
            }

            live.Add(section.Mid!);
            CheckTransport(section);
            Require(
                section.Msid is null || msids.Add(section.Msid.ToString()),
                $"two sections have msid {section.Msid}"
            );
            CheckNumbers(section, codecs, extensions);
        }

        Require(
            live.SequenceEqual(description.BundleMids ?? [], StringComparer.Ordinal),
            "the bundle is not the live sections in order"
        );
    }

    /// <summary>Throws with a sentence when a condition does not hold.</summary>
    public static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw new TestingException($"A browser refuses the description: {sentence}.");
        }
    }

    /// <summary>Compares words of a description.</summary>
    public static bool Same(string? one, string? other) =>
        string.Equals(one, other, StringComparison.Ordinal);

    private static void CheckTransport(MediaSection section)
    {
        Require(section.IceUsernameFragment is { Length: >= 4 }, "a live section has no ufrag");
        Require(section.IcePassword is { Length: >= 22 }, "a live section has no password");
        Require(section.Fingerprints.Length == 1, "a live section has no fingerprint");
        Require(section.Setup != SdpSetup.None, "a live section has no setup");
        Require(section.HasRtcpMux || !section.IsRtp, "a live section has no rtcp-mux");
        var sends = section.IsRtp && section.Direction.Sends();
        Require(sends == !section.Ssrcs.IsEmpty, "sources and direction disagree");
        Require(sends == section.Msid is not null, "msid and direction disagree");
    }

    /// <summary>A number means one thing in a bundle, and for all of the session. Firefox 153 numbers the
    /// formats of each section by itself, so that its own offers break this.</summary>
    private void CheckNumbers(
        MediaSection section,
        Dictionary<byte, string> codecs,
        Dictionary<int, string> extensions
    )
    {
        foreach (var codec in habits.IsChromium ? section.Codecs : [])
        {
            var meaning = $"{section.Kind} {codec.Name}/{codec.ClockRate} {codec.Format}";
            var number = codec.PayloadType.Value;
            Require(
                codecs.TryAdd(number, meaning) || Same(codecs[number], meaning),
                $"payload type {number} is {meaning} and {codecs[number]} in one bundle"
            );
            Remember($"pt {number}", meaning);
        }

        foreach (var extension in section.Extensions)
        {
            var id = extension.Id;
            Require(
                extensions.TryAdd(id, extension.Uri) || Same(extensions[id], extension.Uri),
                $"extmap {id} has two meanings in one bundle"
            );
            Remember($"extmap {id}", extension.Uri);
        }
    }

    private void Remember(string number, string meaning)
    {
        var first = _numbers.TryAdd(number, meaning) ? meaning : _numbers[number];
        Require(
            string.Equals(first, meaning, StringComparison.Ordinal),
            string.Create(CultureInfo.InvariantCulture, $"{number} was {first} and is {meaning}")
        );
    }
}
