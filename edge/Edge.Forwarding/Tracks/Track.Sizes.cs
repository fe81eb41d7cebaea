using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <content>How large the pictures of layers are, as key frames tell.</content>
public sealed partial class Track
{
    /// <summary>The size of a layer's pictures; zero while not known.</summary>
    public VideoSize SizeOf(int layer) =>
        (uint)layer < (uint)_selector.Count ? _layers[layer]!.Size : default;

    /// <summary>The size of the pictures of a spatial layer within a simulcast layer; zero while not known.</summary>
    public VideoSize SizeOf(int layer, byte spatial) =>
        (uint)layer < (uint)_selector.Count && spatial < LayerCell.LayersMax
            ? _layers[layer]!.Sizes[spatial]
            : default;

    private void ReadSize(in TrackPacket packet, TrackLayer layer, Instant now)
    {
        var isTold = TryReadSize(packet, layer, out var size);
        layer.Size = isTold ? size : layer.Size;
        ReadSpatialSizes(packet, layer);
        if (
            isTold
            && _selector.Count >= 2
            && _selector.HandleSize(packet.Layer, size.Width * size.Height)
        )
        {
            ChooseTargets(now);
        }
    }

    /// <summary>The sizes of spatial layers: by descriptors, else by VP9's payload. Where neither tells, one that is
    /// alone has that of the stream.</summary>
    private void ReadSpatialSizes(in TrackPacket packet, TrackLayer layer)
    {
        layer.Sizes = default;
        var count = layer.Descriptors?.ReadSizes(layer.Sizes) ?? 0;
        if (count == 0 && Description is { Codec: CodecKind.Vp9, IsEncrypted: false })
        {
            var bytes = _pools[packet.Handle.Pool].Slot(packet.Handle);
            count = Vp9Descriptor.ReadSizes(
                bytes.Slice(packet.PayloadOffset, packet.PayloadLength),
                layer.Sizes
            );
        }

        if (count == 0 && layer.Descriptors is not { SpatialLayerCount: > 1 })
        {
            layer.Sizes[0] = layer.Size;
        }
    }

    private bool TryReadSize(in TrackPacket packet, TrackLayer layer, out VideoSize size)
    {
        size = default;
        return Description.IsEncrypted
            ? layer.Descriptors is { } reader && reader.TryReadSize(out size)
            : PayloadInspector.TryReadVideoSize(
                Description.Codec,
                _pools[packet.Handle.Pool]
                    .Slot(packet.Handle)
                    .Slice(packet.PayloadOffset, packet.PayloadLength),
                out size
            );
    }
}
