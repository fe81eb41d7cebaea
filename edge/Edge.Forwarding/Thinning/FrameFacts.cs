using System.Runtime.CompilerServices;
using Edge.Forwarding.KeyFrames;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Thinning;

/// <summary>Where the frame of a packet stands among the layers of its stream, read once for all viewers.</summary>
/// <remarks>
/// Shape: 48 bytes (asserted by a test), kept beside the cached packet in streams that have layers. Sets of
/// layers are pairs (<see cref="LayerCell"/>), so that nobody needs the structure of a descriptor again.
/// </remarks>
internal struct FrameFacts
{
    /// <summary>References kept. Chosen: what a frame of AV1 can have.</summary>
    public const int ReferencesMax = 7;

    /// <summary>Decode targets that are told apart: one for each pair.</summary>
    public const int TargetsMax = LayerCell.Count;

    /// <summary>Nothing is known.</summary>
    public static readonly FrameFacts None;

    /// <summary>The pair of each decode target, four bits each, target 0 lowest.</summary>
    public ulong TargetCells;

    /// <summary>How many frames back those are that the frame refers to.</summary>
    public FrameReferences References;

    /// <summary>How many frames back the last frame of the chain of each spatial layer is; 0: begins here.</summary>
    public ChainSteps Chains;

    /// <summary>Which frame it is, on a circle of 2^16.</summary>
    public ushort Frame;

    /// <summary>The pairs that the frame is part of.</summary>
    public ushort Members;

    /// <summary>The pairs that one may go over to here, if the frame can be decoded.</summary>
    public ushort Switches;

    /// <summary>The pairs that the publisher sends.</summary>
    public ushort Present;

    /// <summary>The active targets, target 0 lowest.</summary>
    public ushort ActiveTargets;

    /// <summary>Where the descriptor says the active targets, in bits.</summary>
    public ushort MaskOffset;

    /// <summary>What is known.</summary>
    public FrameFlags Flags;

    /// <summary>The frame's own layers.</summary>
    public LayerCell Cell;

    /// <summary>Decode targets of the structure.</summary>
    public byte TargetCount;

    /// <summary>How many of <see cref="References"/> count.</summary>
    public byte ReferenceCount;

    /// <summary>Whether all of some flags are set.</summary>
    public readonly bool Has(FrameFlags flags) => (Flags & flags) == flags;

    /// <summary>Whether the frame is part of what somebody with a pair takes.</summary>
    public readonly bool IsPartOf(LayerCell cell) => (Members & cell.Bit) != 0;

    /// <summary>The active targets that somebody with a pair is sent.</summary>
    public readonly uint ActiveWithin(LayerCell cell)
    {
        var within = 0u;
        for (var target = 0; target < TargetCount; target++)
        {
            var of = LayerCell.Of((int)((TargetCells >> (4 * target)) & 0xF));
            within |= cell.Covers(of) ? 1u << target : 0;
        }

        return within & ActiveTargets;
    }

    /// <summary>The layers of a VP8 packet by its descriptor (RFC 7741 §4.2).</summary>
    /// <remarks>A picture id has 15 bits; twice of it counts on the circle that frames have here.</remarks>
    public static FrameFacts OfVp8(in CachedPacket entry)
    {
        ref readonly var vp8 = ref entry.Vp8;
        if (!vp8.HasTemporalLayer)
        {
            return None;
        }

        var cell = new LayerCell(0, (byte)vp8.TemporalLayer);
        return new FrameFacts
        {
            Cell = cell,
            Members = cell.Covering,
            Frame = (ushort)(entry.PictureId << 1),
            Flags =
                FrameFlags.Known
                | (vp8.HasPictureId ? FrameFlags.Numbered : FrameFlags.None)
                | (vp8.StartsFrame ? FrameFlags.Starts : FrameFlags.None)
                | (entry.Packet.Marker ? FrameFlags.Ends : FrameFlags.None)
                | (entry.Packet.IsKeyFrameStart ? FrameFlags.Key : FrameFlags.None)
                | (vp8.IsLayerSync ? FrameFlags.Sync : FrameFlags.None)
                | (vp8.IsDiscardable ? FrameFlags.Discardable : FrameFlags.None),
        };
    }

    /// <summary>The layers of a VP9 packet by its descriptor (RFC 9628 §4.2).</summary>
    /// <remarks>Layers above those told apart count as the highest.</remarks>
    public static FrameFacts OfVp9(in Vp9Descriptor vp9)
    {
        if (!vp9.HasLayers)
        {
            return None;
        }

        const int highest = LayerCell.LayersMax - 1;
        var cell = new LayerCell(
            (byte)Math.Min(vp9.SpatialLayer, highest),
            (byte)Math.Min(vp9.TemporalLayer, highest)
        );
        return new FrameFacts
        {
            Cell = cell,
            Members = cell.Covering,
            Frame = unchecked((ushort)((vp9.PictureId * LayerCell.LayersMax) + cell.Spatial)),
            Flags =
                FrameFlags.Known
                | (vp9.StartsFrame ? FrameFlags.Starts : FrameFlags.None)
                | (vp9.EndsFrame ? FrameFlags.Ends : FrameFlags.None)
                | (vp9.IsKeyFrameStart ? FrameFlags.Key : FrameFlags.None)
                | (vp9.IsSwitchingUpPoint ? FrameFlags.Sync : FrameFlags.None),
        };
    }

    /// <summary>Distances to the frames that one refers to.</summary>
    [InlineArray(ReferencesMax)]
    internal struct FrameReferences
    {
        private ushort _first;
    }

    /// <summary>One distance for each spatial layer.</summary>
    [InlineArray(LayerCell.LayersMax)]
    internal struct ChainSteps
    {
        private byte _first;
    }
}
