using Edge.Wire.Rtp.Dependencies;

namespace Edge.Forwarding.Thinning;

/// <summary>A structure of dependencies, and what of it is the same for all its frames.</summary>
/// <remarks>Bounded: one with more than 16 targets or 4 layers of a kind cannot be thinned.</remarks>
internal sealed partial class StructureTables
{
    private readonly byte[] _chainOf = new byte[LayerCell.LayersMax];
    private ushort _existing;
    private bool _canThin;

    /// <summary>The structure.</summary>
    public DependencyStructure Structure { get; } = new();

    /// <summary>The pair of each decode target, four bits each, target 0 lowest.</summary>
    public ulong TargetCells { get; private set; }

    /// <summary>The active targets now.</summary>
    public uint Active { get; set; }

    /// <summary>Works out the tables of a structure that was just read.</summary>
    public void Update()
    {
        Array.Clear(_chainOf);
        TargetCells = 0;
        _existing = 0;
        _canThin =
            Structure.TargetCount <= FrameFacts.TargetsMax
            && Structure.TemporalLayerCount <= LayerCell.LayersMax;
        for (var target = Structure.TargetCount - 1; _canThin && target >= 0; target--)
        {
            var spatial = Structure.SpatialLayerOf(target);
            var cell = new LayerCell((byte)spatial, (byte)Structure.TemporalLayerOf(target));
            TargetCells = (TargetCells << 4) | (uint)cell.Index;
            _existing |= cell.Bit;
            // Targets are walked down: what stays is the chain of the layer's lowest target.
            _chainOf[spatial] = (byte)(Structure.ChainCount > 0 ? Structure.ChainOf(target) : 0);
        }
    }

    /// <summary>Puts what a descriptor of the structure says into facts.</summary>
    public void ReadFrame(in DependencyDescriptor descriptor, ref FrameFacts facts)
    {
        facts.Flags =
            FrameFlags.Described
            | (descriptor.StartsFrame ? FrameFlags.Starts : FrameFlags.None)
            | (descriptor.EndsFrame ? FrameFlags.Ends : FrameFlags.None)
            | (descriptor.HasStructure ? FrameFlags.Structure | FrameFlags.Key : FrameFlags.None)
            | (descriptor.HasActiveTargets ? FrameFlags.Mask : FrameFlags.None);
        if (!_canThin)
        {
            return;
        }

        facts.Flags |= FrameFlags.Known | FrameFlags.ByDescriptor | FrameFlags.Numbered;
        facts.Cell = new((byte)descriptor.SpatialLayer, (byte)descriptor.TemporalLayer);
        facts.TargetCells = TargetCells;
        facts.TargetCount = (byte)Structure.TargetCount;
        facts.ActiveTargets = unchecked((ushort)Active);
        facts.MaskOffset = (ushort)descriptor.ActiveTargetsOffset;
        ReadIndications(descriptor, ref facts);
        if (!descriptor.StartsFrame)
        {
            // The template alone tells which layers it is of, and nothing that one may rely on.
            facts.Switches = 0;
            return;
        }

        facts.Flags |= FrameFlags.Detailed;
        ReadChains(descriptor, ref facts);
        var count = descriptor.ReadFrameDifferences(facts.References);
        facts.ReferenceCount = (byte)Math.Min(count, FrameFacts.ReferencesMax);
        facts.Flags |=
            count > FrameFacts.ReferencesMax ? FrameFlags.ManyReferences : FrameFlags.None;
    }

    private void ReadIndications(in DependencyDescriptor descriptor, ref FrameFacts facts)
    {
        for (var target = 0; target < Structure.TargetCount; target++)
        {
            var bit = (ushort)(1 << (int)((TargetCells >> (4 * target)) & 0xF));
            var indication = descriptor.Indication(target);
            facts.Members |= indication == DecodeTargetIndication.NotPresent ? (ushort)0 : bit;
            var isActive = ((Active >> target) & 1) != 0;
            facts.Present |= isActive ? bit : (ushort)0;
            facts.Switches |=
                isActive && indication == DecodeTargetIndication.Switch ? bit : (ushort)0;
        }

        if ((_existing & LayerCell.All.Bit) == 0)
        {
            // No target is that high: the pair stands for all there is.
            facts.Members |= LayerCell.All.Bit;
        }
    }

    private void ReadChains(in DependencyDescriptor descriptor, ref FrameFacts facts)
    {
        if (Structure.ChainCount == 0)
        {
            return;
        }

        facts.Flags |= FrameFlags.Chains;
        for (var spatial = 0; spatial < Structure.SpatialLayerCount; spatial++)
        {
            // The narrowing is safe: own differences have 8 bits, those of templates 4.
            facts.Chains[spatial] = unchecked((byte)descriptor.ChainDifference(_chainOf[spatial]));
        }
    }
}
