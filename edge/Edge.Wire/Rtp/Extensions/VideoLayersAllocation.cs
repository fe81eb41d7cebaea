using System.Numerics;
using Edge.Wire.Bits;

namespace Edge.Wire.Rtp.Extensions;

/// <summary>A view of which layers a sender sends right now, walked as one entry for each spatial
/// layer of each stream.</summary>
/// <remarks>
/// Shape: at most four streams of four spatial layers of four temporal layers; all of it is checked
/// when parsed, so the walk cannot fail.
/// Owner: borrows the element's bytes.
/// Source: http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00.
/// </remarks>
public ref struct VideoLayersAllocation
{
    private const int MaskBits = 4;
    private const int SizeBytes = 5;

    private readonly ushort _masks;
    private readonly ReadOnlySpan<byte> _temporalCounts;
    private ReadOnlySpan<byte> _rates;
    private ReadOnlySpan<byte> _sizes;
    private int _position;
    private int _walked;

    private VideoLayersAllocation(
        int streamIndex,
        int streamCount,
        ushort masks,
        ReadOnlySpan<byte> temporalCounts,
        ReadOnlySpan<byte> rates
    )
    {
        StreamIndex = streamIndex;
        StreamCount = streamCount;
        _masks = masks;
        _temporalCounts = temporalCounts;
        _rates = rates;
    }

    /// <summary>Which of the streams, in the order of the negotiated simulcast, the packet is of.</summary>
    public int StreamIndex { get; }

    /// <summary>How many streams there are; 0 when nothing is sent.</summary>
    public int StreamCount { get; }

    /// <summary>Whether sizes and frame rates are told.</summary>
    public readonly bool HasSizes => !_sizes.IsEmpty;

    /// <summary>The entry found last.</summary>
    public VideoLayer Current { get; private set; }

    //  0 1 2 3 4 5 6 7
    // +---+---+-------+
    // |RID|NS-| mask  |  stream of this packet, streams minus one, spatial layers of every stream
    // +---+---+-------+
    // | mask  | mask  |  one for each stream, if the mask above is 0
    // +---+---+---+---+
    // |#TL|#TL|#TL|#TL|  temporal layers minus one, for each spatial layer of each stream
    // +---+---+---+---+
    // | rate, LEB128  |  kbit/s of a temporal layer and those below it, for each
    // +---------------+
    // | w-1, h-1, fps |  16, 16 and 8 bits for each spatial layer of each stream; may be left out
    // +---------------+
    //
    // A single zero byte: nothing is sent.

    /// <summary>Reads the element; false when it is cut off or has bytes left over.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out VideoLayersAllocation allocation)
    {
        allocation = default;
        if (data.Length <= 1)
        {
            return data.Length == 1 && data[0] == 0;
        }

        var streamCount = ((data[0] >> MaskBits) & 3) + 1;
        if (!TryReadMasks(data, streamCount, out var masks, out var offset))
        {
            return false;
        }

        var layers = BitOperations.PopCount(masks);
        var countBytes = (layers + 3) / 4;
        if (data.Length < offset + countBytes)
        {
            return false;
        }

        var counts = data.Slice(offset, countBytes);
        var rest = data[(offset + countBytes)..];
        var parsed = new VideoLayersAllocation(data[0] >> 6, streamCount, masks, counts, rest);
        for (var layer = 0; layer < layers; layer++)
        {
            for (var rates = parsed.TemporalCount(layer); rates > 0; rates--)
            {
                if (!Leb128.TryRead(rest, out _, out var length))
                {
                    return false;
                }

                rest = rest[length..];
            }
        }

        if (rest.Length != 0 && rest.Length != layers * SizeBytes)
        {
            return false;
        }

        parsed._sizes = rest;
        allocation = parsed;
        return true;
    }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly VideoLayersAllocation GetEnumerator() => this;

    /// <summary>Goes to the next spatial layer, of the next stream after the last.</summary>
    public bool MoveNext()
    {
        while (_position < StreamCount * MaskBits && ((_masks >> _position) & 1) == 0)
        {
            _position++;
        }

        if (_position >= StreamCount * MaskBits)
        {
            return false;
        }

        var layer = new VideoLayer
        {
            Stream = _position / MaskBits,
            Spatial = _position % MaskBits,
            TemporalCount = TemporalCount(_walked),
        };
        for (var temporal = 0; temporal < layer.TemporalCount; temporal++)
        {
            _ = Leb128.TryRead(_rates, out var kilobits, out var length);
            layer.SetRate(temporal, kilobits);
            _rates = _rates[length..];
        }

        if (!_sizes.IsEmpty)
        {
            layer.Width = ((_sizes[0] << 8) | _sizes[1]) + 1;
            layer.Height = ((_sizes[2] << 8) | _sizes[3]) + 1;
            layer.FramesPerSecond = _sizes[4];
            _sizes = _sizes[SizeBytes..];
        }

        Current = layer;
        _position++;
        _walked++;
        return true;
    }

    private readonly int TemporalCount(int layer) =>
        ((_temporalCounts[layer / 4] >> (2 * (3 - layer % 4))) & 3) + 1;

    private static bool TryReadMasks(
        ReadOnlySpan<byte> data,
        int streamCount,
        out ushort masks,
        out int offset
    )
    {
        var shared = data[0] & 0x0F;
        masks = 0;
        offset = 1;
        if (shared == 0)
        {
            offset += (streamCount + 1) / 2;
            if (data.Length < offset)
            {
                return false;
            }
        }

        for (var stream = 0; stream < streamCount; stream++)
        {
            var mask =
                shared != 0 ? shared
                : stream % 2 == 0 ? data[1 + stream / 2] >> MaskBits
                : data[1 + stream / 2] & 0x0F;
            masks |= (ushort)(mask << (stream * MaskBits));
        }

        return true;
    }
}
