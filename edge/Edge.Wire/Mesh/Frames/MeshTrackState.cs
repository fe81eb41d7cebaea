using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Frames;

/// <summary>How a track is now, as its owner says with some of its frames.</summary>
/// <remarks>
/// Shape: an array (MessagePack); to each array a newer version may append.
/// <code>
/// 0 layers      array of [ is active, pixels uint32, bits per second uint63 ]
/// 1 report      nil, or [ NTP uint64, RTP timestamp uint32 ]
/// 2 end         0, 1 or 2: <see cref="MeshTrackEnd"/>
/// 3 is silent
/// 4 owner       nil, or [ PoP uint16, node uint16 ]
/// </code>
/// All but the layers may be missing, and of a layer all but whether it is active.
/// </remarks>
/// <param name="Report">The last sender report of the frame's layer, if there was one.</param>
/// <param name="End">Whether more is to come.</param>
/// <param name="IsSilent">Whether nothing has come for so long that viewers are told.</param>
public readonly record struct MeshTrackState(
    MeshSenderReport? Report,
    MeshTrackEnd End,
    bool IsSilent
)
{
    /// <summary>Most bytes that <see cref="Write"/> makes: 4 and 16 a layer, 15 for the report, 7 for the owner.</summary>
    public const int BytesMax = 4 + (16 * MeshLimits.LayersMax) + 15 + MeshOwner.BytesMax;

    private const int Elements = 4;
    private const int LayerElements = 3;
    private const int ReportElements = 2;

    /// <summary>The node that sends the track now: to it goes what is wanted of the track, whoever owned it before. Null
    /// when that is not said.</summary>
    public MeshOwner? Owner { get; init; }

    /// <summary>Writes a state; returns its length, 0 when it does not fit, and then leaves the
    /// destination alone.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="layers">The layers in order; those beyond <see cref="MeshLimits.LayersMax"/> are left
    /// out.</param>
    [HotPath]
    public static int Write(
        Span<byte> destination,
        in MeshTrackState state,
        ReadOnlySpan<MeshLayerState> layers
    )
    {
        layers = layers[..Math.Min(layers.Length, MeshLimits.LayersMax)];
        var measure = new MessagePackWriter([]);
        WriteTo(ref measure, state, layers);
        if (measure.NeededBytes > destination.Length)
        {
            return 0;
        }

        var writer = new MessagePackWriter(destination);
        WriteTo(ref writer, state, layers);
        return writer.Length;
    }

    /// <summary>Reads a state.</summary>
    /// <param name="bytes">The bytes from <see cref="MeshFrameReader.State"/>.</param>
    /// <param name="layers">Where the layers go; those for which there is no room are passed over.</param>
    /// <param name="layerCount">How many were put there.</param>
    /// <param name="state">The rest.</param>
    [HotPath]
    public static MeshParseError TryParse(
        ReadOnlySpan<byte> bytes,
        Span<MeshLayerState> layers,
        out int layerCount,
        out MeshTrackState state
    )
    {
        state = default;
        var reader = new MessagePackReader(bytes);
        if (
            MeshArray.TryOpen(ref reader, elementsMin: 1, out var further)
            && TryReadLayers(ref reader, layers, out layerCount)
            && TryReadRest(ref reader, ref further, out var read)
            && MeshArray.TryClose(ref reader, further)
        )
        {
            state = read;
            return MeshParseError.None;
        }

        layerCount = 0;
        return reader.Error;
    }

    private static void WriteTo(
        ref MessagePackWriter writer,
        in MeshTrackState state,
        ReadOnlySpan<MeshLayerState> layers
    )
    {
        writer.WriteArrayHeader(state.Owner is null ? Elements : Elements + 1);
        writer.WriteArrayHeader(layers.Length);
        foreach (ref readonly var layer in layers)
        {
            writer.WriteArrayHeader(LayerElements);
            writer.WriteBool(layer.IsActive);
            writer.WriteUInt(layer.Pixels);
            writer.WriteUInt((ulong)Math.Max(0, layer.Bitrate.BitsPerSecond));
        }

        if (state.Report is { } report)
        {
            writer.WriteArrayHeader(ReportElements);
            writer.WriteUInt(report.Ntp.Value);
            writer.WriteUInt(report.RtpTimestamp);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteUInt((byte)state.End);
        writer.WriteBool(state.IsSilent);
        state.Owner?.WriteTo(ref writer);
    }

    private static bool TryReadLayers(
        ref MessagePackReader reader,
        Span<MeshLayerState> layers,
        out int layerCount
    )
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            layerCount = 0;
            return false;
        }

        layerCount = Math.Min(count, layers.Length);
        foreach (ref var layer in layers[..layerCount])
        {
            if (!TryReadLayer(ref reader, out layer))
            {
                return false;
            }
        }

        return reader.TrySkip(count - layerCount);
    }

    private static bool TryReadLayer(ref MessagePackReader reader, out MeshLayerState layer)
    {
        layer = default;
        if (
            !MeshArray.TryOpen(ref reader, elementsMin: 1, out var further)
            || !reader.TryReadBool(out var isActive)
        )
        {
            return false;
        }

        var (pixels, bitrate) = (0UL, 0UL);
        if (
            (
                MeshArray.HasOptional(ref reader, ref further)
                && !reader.TryReadUInt(uint.MaxValue, out pixels)
            )
            || (
                MeshArray.HasOptional(ref reader, ref further)
                && !reader.TryReadUInt(long.MaxValue, out bitrate)
            )
            || !reader.TrySkip(further)
        )
        {
            return false;
        }

        // Both bounded above.
        layer = new(isActive, unchecked((uint)pixels), new(unchecked((long)bitrate)));
        return true;
    }

    private static bool TryReadRest(
        ref MessagePackReader reader,
        ref int further,
        out MeshTrackState state
    )
    {
        state = default;
        MeshSenderReport? report = null;
        var end = (ulong)MeshTrackEnd.None;
        var isSilent = false;
        MeshOwner? owner = null;
        if (
            (
                MeshArray.HasOptional(ref reader, ref further)
                && !TryReadReport(ref reader, out report)
            )
            || (
                MeshArray.HasOptional(ref reader, ref further)
                && !reader.TryReadUInt((ulong)MeshTrackEnd.Track, out end)
            )
            || (MeshArray.HasOptional(ref reader, ref further) && !reader.TryReadBool(out isSilent))
            || (
                MeshArray.HasOptional(ref reader, ref further)
                && !MeshOwner.TryRead(ref reader, out owner)
            )
        )
        {
            return false;
        }

        state = new(report, (MeshTrackEnd)unchecked((byte)end), isSilent) // Bounded above.
        {
            Owner = owner,
        };
        return true;
    }

    private static bool TryReadReport(ref MessagePackReader reader, out MeshSenderReport? report)
    {
        report = null;
        if (
            !MeshArray.TryOpen(ref reader, ReportElements, out var further)
            || !reader.TryReadUInt(ulong.MaxValue, out var ntp)
            || !reader.TryReadUInt32(out var rtpTimestamp)
            || !reader.TrySkip(further)
        )
        {
            return false;
        }

        report = new(new(ntp), rtpTimestamp);
        return true;
    }
}
