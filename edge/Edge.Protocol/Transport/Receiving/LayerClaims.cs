using Edge.Primitives;
using Edge.Wire.Rtp.Extensions;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>What the publisher said last of the layers of one section, until somebody takes it.</summary>
/// <remarks>
/// Streams of the element are the encodings in the order of the negotiated simulcast, which is ours. One
/// that names another stream than the packet's own counts otherwise and is not believed. What was not
/// taken yet is replaced by what is said next. Source:
/// http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00.
/// </remarks>
internal sealed partial class LayerClaims(int layers)
{
    private readonly LayerClaim[] _claims = new LayerClaim[layers];
    private int _nextToTake = layers;

    /// <summary>Whether something was said that was not taken.</summary>
    public bool HasAny => _nextToTake < _claims.Length;

    /// <summary>Reads the element of a packet; false when it says nothing that can be used.</summary>
    [HotPath]
    public bool TryRead(ReadOnlySpan<byte> element, int layerOfPacket)
    {
        if (
            !VideoLayersAllocation.TryParse(element, out var allocation)
            || (allocation.StreamCount > 0 && allocation.StreamIndex != layerOfPacket)
        )
        {
            return false;
        }

        // Whom it does not name is not sent.
        Array.Clear(_claims);
        foreach (var layer in allocation)
        {
            if (layer.Stream < _claims.Length)
            {
                ref var claim = ref _claims[layer.Stream];
                claim = new LayerClaim(IsActive: true, Math.Max(claim.Pixels, PixelsOf(layer)));
            }
        }

        _nextToTake = 0;
        return true;
    }

    /// <summary>Takes what was said of one layer; call until false.</summary>
    [HotPath]
    public bool TryTake(out int layer, out LayerClaim claim)
    {
        layer = _nextToTake;
        if (!HasAny)
        {
            claim = default;
            return false;
        }

        claim = _claims[_nextToTake++];
        return true;
    }

    /// <summary>No picture of a known codec is larger than an int counts; one that says so is unknown.</summary>
    private static int PixelsOf(in VideoLayer layer)
    {
        var pixels = (long)layer.Width * layer.Height;
        return pixels > int.MaxValue ? 0 : (int)pixels;
    }
}
