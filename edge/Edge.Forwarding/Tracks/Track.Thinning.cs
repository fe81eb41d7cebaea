using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Forwarding.Tracks;

/// <content>Layers within one encoding: what packets say of them, who takes which, how much each is.</content>
public sealed partial class Track
{
    private byte _descriptorId;
    private bool _keepsFacts;

    /// <summary>Tells under which extension id the current publisher's packets carry dependency descriptors;
    /// 0 when they carry none. Changes: another publisher begins without.</summary>
    /// <remarks>By them the layers of any codec are known. Without, those of VP8 and VP9 are known by their
    /// payload descriptors; AV1, H.264 and H.265 go to everybody whole.</remarks>
    public void SetDescriptorExtension(byte id)
    {
        _descriptorId = IsVideo ? id : (byte)0;
        _keepsFacts = _descriptorId != 0 || Description.Codec == CodecKind.Vp9;
        for (var index = 0; index < _selector.Count; index++)
        {
            KeepFacts(_layers[index]!);
        }
    }

    /// <summary>Sets the highest layers that a viewer is to get within the encoding it is sent; -1 for all.</summary>
    /// <remarks>
    /// What is above goes at the next picture. What is below comes where the stream says that it can be
    /// decoded; a spatial layer that needs a key frame asks for one until it comes. Setting any cap, also
    /// the highest there is, spares the viewer of a stream whose spatial layers stand alone (L3T3_KEY)
    /// the lower ones, which its decoder does not need.
    /// Layers beyond 4 of a kind are not told apart.
    /// </remarks>
    public void SetLayerCap(Subscription subscription, int spatial, int temporal)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        subscription.Limit(spatial, temporal);
    }

    /// <summary>Chooses by hand the highest layers that a viewer is to get within the encoding it is sent; -1 leaves
    /// the choice to what there is room for. Less is sent where there is less room.</summary>
    public void ChooseLayers(Subscription subscription, int spatial, int temporal)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        subscription.ChooseLayers(spatial, temporal);
    }

    /// <summary>How much the layers within one encoding were over the last second.</summary>
    public LayerRates LayerRates(int layer, Instant now) =>
        (uint)layer < (uint)_selector.Count ? _layers[layer]!.Rates.Measure(now) : default;

    /// <summary>The pairs of layers that there are within an encoding, also while none of its packets come; 0 where
    /// nothing was ever told of them. Those of any encoding where this one's are not known.</summary>
    /// <param name="layer">The encoding; -1 for any.</param>
    /// <param name="now">The time.</param>
    public ushort FindPairs(int layer, Instant now)
    {
        if (LayerRates(layer, now).Known is not 0 and var own)
        {
            return own;
        }

        var any = 0;
        for (var index = 0; index < _selector.Count; index++)
        {
            any |= LayerRates(index, now).Known;
        }

        return (ushort)any;
    }

    private void KeepFacts(TrackLayer layer)
    {
        if (_keepsFacts)
        {
            layer.Cache.KeepFacts();
        }

        layer.Descriptors = _descriptorId == 0 ? null : layer.Descriptors ?? new DescriptorReader();
    }

    /// <summary>Reads what a packet says of its frame: by its descriptor, else by its payload.</summary>
    private void ReadFacts(in TrackPacket packet, TrackLayer layer, out FrameFacts facts)
    {
        facts = default;
        if (packet.IsPaddingOnly)
        {
            layer.Cache.SetFacts(packet.ExtendedSequence, facts);
            return;
        }

        var bytes = _pools[packet.Handle.Pool].Slot(packet.Handle);
        if (
            layer.Descriptors is { } reader
            && RtpPacket.TryParse(bytes[..packet.HeaderLength], out var rtp) == RtpParseError.None
            && rtp.TryFindExtension(_descriptorId, out var element)
        )
        {
            reader.Read(element, packet.ExtendedSequence, out facts);
        }
        else if (
            Description is { Codec: CodecKind.Vp9, IsEncrypted: false }
            && Vp9Descriptor.TryParse(
                bytes.Slice(packet.PayloadOffset, packet.PayloadLength),
                out var vp9
            )
        )
        {
            facts = FrameFacts.OfVp9(vp9);
        }

        layer.Cache.SetFacts(packet.ExtendedSequence, facts);
    }

    /// <summary>Counts a packet for the layers it is part of.</summary>
    private static void CountLayers(
        in FrameFacts facts,
        in CachedPacket entry,
        TrackLayer layer,
        Instant now
    )
    {
        ref readonly var packet = ref entry.Packet;
        var bytes = IsReplayed(packet, now) ? 0 : packet.PacketLength;
        if (facts.Has(FrameFlags.Known))
        {
            layer.Rates.Add(facts, bytes, now);
        }
        else if (entry.Vp8.HasTemporalLayer)
        {
            layer.Rates.Add(FrameFacts.OfVp8(entry), bytes, now);
        }
    }

    private void NoteBlindness(in TrackPacket packet, in FrameFacts facts, TrackLayer layer)
    {
        if (Description.IsEncrypted && IsVideo && !packet.IsPaddingOnly)
        {
            layer.IsBlind = !facts.Has(FrameFlags.Described);
        }
    }

    /// <summary>A viewer begins where nobody knows key frames: one that was asked for just now serves it too.</summary>
    private void WishBlindly(int layer, Instant now)
    {
        if (
            _layers[layer]!.IsBlind
            && !_requester.HasComeWithin(layer, _options.KeyFrameRequestInterval, now)
        )
        {
            _requester.Request(layer, now);
        }
    }

    /// <summary>A viewer waits for spatial layers: the wish outlives the requester's patience, because it is
    /// said again with every packet.</summary>
    private void WishForLayers(Subscription subscription, Instant now)
    {
        if (subscription.State == SubscriptionState.Live && subscription.CurrentLayer >= 0)
        {
            _requester.Request(subscription.CurrentLayer, now);
        }
    }
}
