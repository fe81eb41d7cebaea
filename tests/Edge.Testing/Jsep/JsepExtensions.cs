using System.Collections.Immutable;
using Edge.Wire.Rtp;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>The header extensions of a browser's next offer: those that were negotiated keep their
/// identifiers in all sections.</summary>
/// <remarks>Chromium 156 offers in further sections of a kind only what was negotiated in those there are,
/// but for what simulcast adds.</remarks>
internal sealed class JsepExtensions
{
    private const int IdMax = 14;
    private readonly JsepHabits _habits;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<SdpMediaKind, HashSet<string>> _negotiated = [];

    public JsepExtensions(
        JsepHabits habits,
        IReadOnlyList<JsepSlot> slots,
        IReadOnlyDictionary<int, string> reserved
    )
    {
        _habits = habits;
        foreach (var (id, uri) in reserved)
        {
            _ids[uri] = id;
        }

        foreach (var slot in slots)
        {
            if (slot.Transceiver is not { CurrentDirection: not null } transceiver)
            {
                continue;
            }

            foreach (var extension in transceiver.Extensions)
            {
                _ids[extension.Uri] = extension.Id;
            }

            _negotiated.TryAdd(slot.Kind, new(StringComparer.Ordinal));
            _negotiated[slot.Kind].UnionWith(transceiver.Extensions.Select(line => line.Uri));
        }
    }

    /// <summary>The lines of a section.</summary>
    public ImmutableArray<SdpExtension> Of(JsepSlot slot, MediaSection offered)
    {
        var lines = ImmutableArray.CreateBuilder<SdpExtension>();
        foreach (var extension in offered.Extensions)
        {
            if (IsOffered(slot, extension))
            {
                lines.Add(extension with { Id = Id(extension) });
            }
        }

        JsepRules.Require(
            offered.Simulcast is null
                || lines.Any(line => JsepRules.Same(line.Uri, RtpExtensionUri.Rid)),
            "simulcast without the rid extension, which an earlier section did not agree on"
        );
        return lines.ToImmutable();
    }

    private bool IsOffered(JsepSlot slot, SdpExtension extension)
    {
        if (!_habits.IsChromium || !_negotiated.TryGetValue(slot.Kind, out var uris))
        {
            return true;
        }

        var isSimulcast = !slot.Transceiver!.Rids.IsEmpty;
        return uris.Contains(extension.Uri)
            || (
                isSimulcast
                && extension.Uri
                    is RtpExtensionUri.DependencyDescriptor
                        or RtpExtensionUri.VideoLayersAllocation
            );
    }

    private int Id(SdpExtension extension)
    {
        if (_ids.TryGetValue(extension.Uri, out var id))
        {
            return id;
        }

        id = extension.Id;
        for (var next = IdMax; _ids.ContainsValue(id); next--)
        {
            id = next;
        }

        _ids[extension.Uri] = id;
        return id;
    }
}
