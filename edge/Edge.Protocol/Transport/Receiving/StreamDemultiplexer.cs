using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>Finds the negotiated stream of an RTP packet: by SSRC once known, and for a new SSRC by its
/// MID and RID extensions, by what the SDP declared, or by a payload type that only one section has.</summary>
/// <remarks>
/// Only authenticated packets reach it, so a forger cannot bind an SSRC. Bounded:
/// <see cref="SourcesMax"/> bindings; further SSRCs are refused. Source: RFC 8843 §9.2, RFC 8852 §3.
/// </remarks>
internal sealed partial class StreamDemultiplexer(ReceiveSections sections)
{
    /// <summary>Bindings of a peer with few sections. Chosen: a camera and a microphone whose encoder is
    /// started anew a dozen times.</summary>
    public const int SourcesMin = 96;

    /// <summary>Bindings for each agreed layer. Chosen: media and repair, and the same once more after a
    /// restart.</summary>
    public const int SourcesPerLayer = 4;

    private readonly Dictionary<uint, StreamBinding> _bySsrc = [];
    private readonly FormerSources _former = new();

    /// <summary>Most SSRCs known at a time. Changes: with the sections.</summary>
    public int SourcesMax { get; private set; } = SourcesMin;

    /// <summary>Takes a new section into account.</summary>
    public void HandleAdded(int section)
    {
        CountSources();
        // Room for all of them now, so that none is made on the packet path.
        _bySsrc.EnsureCapacity(SourcesMax);
        BindDeclared(section);
    }

    /// <summary>Lets go of the SSRCs of a section that ended. A client may take its section up again with the
    /// same ones, without naming them again: see <see cref="FormerSources"/>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="media">What was agreed of it.</param>
    public void HandleRemoved(int section, MediaAgreement media)
    {
        foreach (var (ssrc, binding) in _bySsrc)
        {
            if (binding.Section == section)
            {
                // Removing is allowed while enumerating (since .NET Core 3.0).
                _bySsrc.Remove(ssrc);
                var rid = media.Rids.Length > 1 ? media.Rids[binding.Layer] : default;
                _former.Add(ssrc, new(media.Mid, rid, binding.IsRepair));
            }
        }

        CountSources();
    }

    /// <summary>The stream of a packet; false when it belongs to none.</summary>
    [HotPath]
    public bool TryFind(scoped in RtpPacket packet, out StreamBinding binding) =>
        _bySsrc.TryGetValue(packet.Ssrc.Value, out binding)
            ? IsExpectedPayload(packet, binding)
            : TryBind(packet, out binding);

    private void CountSources()
    {
        var layers = 0;
        foreach (var section in sections.Items)
        {
            layers += section.Layers.Length;
        }

        SourcesMax = Math.Max(SourcesMin, layers * SourcesPerLayer);
    }

    private void BindDeclared(int section)
    {
        // With simulcast the order of declared SSRCs says nothing of rids: the extensions decide.
        if (sections[section].Media.Rids.Length > 1)
        {
            return;
        }

        // One source is one layer: of several declared ones the first is it.
        if (sections[section].Media.RemoteSources is not [var source, ..])
        {
            return;
        }

        Add(source.Media, new StreamBinding((byte)section, 0, IsRepair: false));
        if (source.Rtx is { } repair)
        {
            Add(repair, new StreamBinding((byte)section, 0, IsRepair: true));
        }
    }

    private bool TryBind(scoped in RtpPacket packet, out StreamBinding binding)
    {
        binding = default;
        if (_former.TryFind(packet.Ssrc.Value, out var former) && !TryReadMid(packet, out _))
        {
            return TryBind(packet, former, out binding);
        }

        if (!TryFindSection(packet, out var section))
        {
            return false;
        }

        var media = sections[section].Media;
        var isRepair = media.Codec.RtxPayloadType == packet.PayloadType;
        if (!TryFindLayer(packet, media, isRepair, out var layer))
        {
            return false;
        }

        binding = new StreamBinding((byte)section, (byte)layer, isRepair);
        return IsExpectedPayload(packet, binding) && Add(packet.Ssrc, binding);
    }

    /// <summary>Binds a source that a section had before it ended, if the section is there again; no other
    /// section may have it, whatever its payload type.</summary>
    private bool TryBind(
        scoped in RtpPacket packet,
        in FormerSources.Source former,
        out StreamBinding binding
    )
    {
        binding = default;
        for (var section = 0; section < sections.Length; section++)
        {
            if (sections[section].IsVacant || sections[section].Media.Mid != former.Mid)
            {
                continue;
            }

            var media = sections[section].Media;
            var layer = media.Rids.Length > 1 ? media.Rids.IndexOf(former.Rid) : 0;
            if (layer < 0)
            {
                return false;
            }

            binding = new StreamBinding((byte)section, (byte)layer, former.IsRepair);
            return IsExpectedPayload(packet, binding) && Add(packet.Ssrc, binding);
        }

        return false;
    }

    private bool TryFindSection(scoped in RtpPacket packet, out int section) =>
        TryReadMid(packet, out var text)
            ? TryFindMid(text, out section)
            : TryFindByPayloadType(packet.PayloadType, out section);

    private bool TryReadMid(scoped in RtpPacket packet, out ReadOnlySpan<byte> text)
    {
        text = default;
        for (var section = 0; section < sections.Length; section++)
        {
            var id = sections[section].IsVacant ? (byte)0 : sections[section].Media.Extensions.Mid;
            if (id != 0 && packet.TryFindExtension(id, out text))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryFindMid(ReadOnlySpan<byte> text, out int section)
    {
        section = 0;
        if (!Token16.TryCreate(text, out var token))
        {
            return false;
        }

        for (; section < sections.Length; section++)
        {
            if (!sections[section].IsVacant && sections[section].Media.Mid.Token == token)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryFindByPayloadType(PayloadType payloadType, out int section)
    {
        var found = -1;
        for (var index = 0; index < sections.Length; index++)
        {
            if (sections[index].IsVacant || !HasPayloadType(sections[index].Media, payloadType))
            {
                continue;
            }

            if (found >= 0)
            {
                section = 0;
                return false;
            }

            found = index;
        }

        section = Math.Max(found, 0);
        return found >= 0;
    }

    private static bool HasPayloadType(MediaAgreement media, PayloadType payloadType) =>
        media.Codec.PayloadType == payloadType
        || media.Codec.RtxPayloadType == payloadType
        || media.Codec.RedPayloadType == payloadType
        || media.TelephoneEventPayloadType == payloadType;

    private static bool TryFindLayer(
        scoped in RtpPacket packet,
        MediaAgreement media,
        bool isRepair,
        out int layer
    )
    {
        layer = 0;
        if (media.Rids.Length <= 1)
        {
            return true;
        }

        var id = isRepair ? media.Extensions.RepairedRid : media.Extensions.Rid;
        if (
            id == 0
            || !packet.TryFindExtension(id, out var text)
            || !Token16.TryCreate(text, out var token)
        )
        {
            return false;
        }

        for (; layer < media.Rids.Length; layer++)
        {
            if (media.Rids[layer].Token == token)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsExpectedPayload(scoped in RtpPacket packet, StreamBinding binding)
    {
        var media = sections[binding.Section].Media;
        if (binding.IsRepair)
        {
            return media.Codec.RtxPayloadType == packet.PayloadType;
        }

        // Telephone events share the SSRC of the sound beside them (RFC 4733 §2.2).
        return media.Codec.PayloadType == packet.PayloadType
            || media.Codec.RedPayloadType == packet.PayloadType
            || media.TelephoneEventPayloadType == packet.PayloadType;
    }

    private bool Add(Ssrc ssrc, StreamBinding binding) =>
        _bySsrc.Count < SourcesMax && _bySsrc.TryAdd(ssrc.Value, binding);
}
