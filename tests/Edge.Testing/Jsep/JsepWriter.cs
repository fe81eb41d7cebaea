using System.Collections.Immutable;
using System.Globalization;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>Writes a browser's descriptions.</summary>
internal sealed class JsepWriter(JsepHabits habits, string ufrag)
{
    private const int DiscardPort = 9;
    private readonly string _fingerprint =
        "sha-256 " + string.Join(':', Enumerable.Repeat("CD", 32));

    private readonly Dictionary<int, string> _reserved = [];
    private int _generation;
    private ulong _version;

    /// <summary>The username fragment now.</summary>
    public string Ufrag => string.Create(CultureInfo.InvariantCulture, $"{ufrag}{_generation}");

    /// <summary>Draws new credentials.</summary>
    public void Restart() => _generation++;

    /// <summary>Notes the identifiers of the other side, agreed on or not: they are taken.</summary>
    public void Reserve(SessionDescription remote)
    {
        foreach (var section in remote.Sections)
        {
            foreach (var extension in section.Extensions)
            {
                _reserved[extension.Id] = extension.Uri;
            }
        }
    }

    /// <summary>An offer of all m-lines.</summary>
    public SessionDescription Offer(IReadOnlyList<JsepSlot> slots)
    {
        var sections = ImmutableArray.CreateBuilder<MediaSection>(slots.Count);
        var taken = Negotiated(slots);
        var extensions = new JsepExtensions(habits, slots, _reserved);
        var hasTag = false;
        foreach (var slot in slots)
        {
            if (!slot.IsLive)
            {
                sections.Add(Dead(slot));
                continue;
            }

            var section = WithTransport(
                Offered(slot, taken) is var offered && offered.IsRtp
                    ? offered with
                    {
                        Extensions = extensions.Of(slot, offered),
                    }
                    : offered,
                SdpSetup.ActivePassive
            );
            var isBundleOnly = hasTag && !habits.IsChromium;
            sections.Add(isBundleOnly ? section with { Port = 0, IsBundleOnly = true } : section);
            hasTag = true;
        }

        return Describe(sections.ToImmutable());
    }

    /// <summary>An answer to an offer whose m-lines were settled.</summary>
    public SessionDescription Answer(SessionDescription offer, IReadOnlyList<JsepSlot> slots)
    {
        var sections = ImmutableArray.CreateBuilder<MediaSection>(slots.Count);
        for (var index = 0; index < slots.Count; index++)
        {
            var (slot, offered) = (slots[index], offer.Sections[index]);
            if (slot.Transceiver is not { } transceiver)
            {
                sections.Add(Dead(slot));
                continue;
            }

            var setup = offered.Setup == SdpSetup.Active ? SdpSetup.Passive : SdpSetup.Active;
            sections.Add(WithTransport(Answered(offered, transceiver), setup));
        }

        return Describe(sections.ToImmutable()) with
        {
            AllowsMixedExtensions = offer.AllowsMixedExtensions,
        };
    }

    private SessionDescription Describe(ImmutableArray<MediaSection> sections) =>
        new()
        {
            SessionId = 7,
            SessionVersion = ++_version,
            IceOptions = ["trickle"],
            BundleMids =
            [
                .. sections.Where(section => !section.IsDisabled).Select(section => section.Mid!),
            ],
            AllowsMixedExtensions = true,
            Sections = sections,
        };

    private MediaSection WithTransport(MediaSection section, SdpSetup setup) =>
        section with
        {
            Port = DiscardPort,
            IceUsernameFragment = Ufrag,
            IcePassword = $"{Ufrag}passwordpasswordpassword",
            Fingerprints = [_fingerprint],
            Setup = setup,
        };

    private MediaSection Dead(JsepSlot slot)
    {
        var isData = slot.Kind == SdpMediaKind.Application;
        var section = isData ? Data(slot.Mid) : Bare(habits.Receiving(slot.Kind), slot.Mid);
        return section with { Port = 0, Direction = SdpDirection.Inactive, Extensions = [] };
    }

    private MediaSection Offered(JsepSlot slot, Dictionary<byte, SdpCodec> taken)
    {
        if (slot.Kind == SdpMediaKind.Application)
        {
            return Data(slot.Mid);
        }

        var transceiver = slot.Transceiver!;
        var table = transceiver.Direction.Sends()
            ? habits.Sending(slot.Kind)
            : habits.Receiving(slot.Kind);
        var codecs = Number(table.Codecs, transceiver, taken);
        var section = Bare(table, slot.Mid) with
        {
            Direction = transceiver.Direction,
            Codecs = codecs,
            Formats = [.. codecs.Select(codec => codec.PayloadType.ToString())],
        };
        return transceiver.Direction.Sends() ? WithSources(section, transceiver) : section;
    }

    /// <summary>Negotiated formats first under their numbers, then the others, moved where those took
    /// their place.</summary>
    private static ImmutableArray<SdpCodec> Number(
        ImmutableArray<SdpCodec> table,
        JsepTransceiver transceiver,
        Dictionary<byte, SdpCodec> taken
    )
    {
        var lines = transceiver
            .Codecs.Select(codec => codec with { Feedback = Feedback(table, codec) })
            .ToList();
        var used = new HashSet<byte>(lines.Select(codec => codec.PayloadType.Value));
        foreach (var codec in table)
        {
            var isThere = lines.Exists(known =>
                known.Is(codec.Name)
                && (JsepRules.Same(known.Format, codec.Format) || codec.Is("opus"))
            );
            var isMoved =
                taken.TryGetValue(codec.PayloadType.Value, out var other)
                && !(other.Is(codec.Name) && JsepRules.Same(other.Format, codec.Format));
            // A format whose number another one took is left out: fewer to follow than a renumbering.
            if (!isThere && !isMoved && used.Add(codec.PayloadType.Value))
            {
                lines.Add(codec);
            }
        }

        return [.. lines];
    }

    private static ImmutableArray<string> Feedback(
        ImmutableArray<SdpCodec> table,
        SdpCodec codec
    ) => table.FirstOrDefault(known => known.Is(codec.Name))?.Feedback ?? [];

    private static Dictionary<byte, SdpCodec> Negotiated(IReadOnlyList<JsepSlot> slots)
    {
        var taken = new Dictionary<byte, SdpCodec>();
        foreach (var slot in slots)
        {
            foreach (var codec in slot.Transceiver?.Codecs ?? [])
            {
                taken[codec.PayloadType.Value] = codec;
            }
        }

        return taken;
    }

    private MediaSection Answered(MediaSection offered, JsepTransceiver transceiver)
    {
        if (!offered.IsRtp)
        {
            return Data(offered.Mid!);
        }

        ImmutableArray<SdpCodec> codecs = [.. JsepAnswers.Common(habits, offered)];
        var known = habits.Receiving(offered.Kind).Extensions;
        var section = offered with
        {
            Direction = transceiver.CurrentDirection ?? SdpDirection.Inactive,
            Codecs = codecs,
            Formats = [.. codecs.Select(codec => codec.PayloadType.ToString())],
            Extensions =
            [
                .. offered.Extensions.Where(extension =>
                    known.Any(own => JsepRules.Same(own.Uri, extension.Uri))
                ),
            ],
            Msid = null,
            Ssrcs = [],
            SsrcGroups = [],
            Candidates = [],
            HasEndOfCandidates = false,
        };
        return section.Direction.Sends() ? WithSources(section, transceiver) : section;
    }

    private static MediaSection WithSources(MediaSection section, JsepTransceiver transceiver)
    {
        var track = string.Create(CultureInfo.InvariantCulture, $"t{transceiver.Ssrc.Value}");
        if (transceiver.Rids.IsEmpty)
        {
            return section with
            {
                Msid = new("-", track),
                Ssrcs = [new(transceiver.Ssrc, "client", null)],
            };
        }

        return section with
        {
            Msid = new("-", track),
            Rids =
            [
                .. transceiver.Rids.Select(rid => new SdpRid(rid, SdpDirection.SendOnly, null)),
            ],
            Simulcast = new(transceiver.Rids, []),
        };
    }

    private static MediaSection Bare(MediaSection table, string mid) =>
        new()
        {
            Kind = table.Kind,
            KindName = table.KindName,
            Port = DiscardPort,
            Protocol = table.Protocol,
            Formats = table.Formats,
            Mid = mid,
            Codecs = table.Codecs,
            Extensions = table.Extensions,
            HasRtcpMux = true,
            HasReducedSizeRtcp = table.HasReducedSizeRtcp,
            AllowsMixedExtensions = table.AllowsMixedExtensions,
        };

    private static MediaSection Data(string mid) =>
        new()
        {
            Kind = SdpMediaKind.Application,
            KindName = "application",
            Port = DiscardPort,
            Protocol = "UDP/DTLS/SCTP",
            Formats = ["webrtc-datachannel"],
            Mid = mid,
            SctpPort = 5000,
            MaxMessageSize = 262_144,
        };
}
