using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Forwarding.Thinning;

/// <summary>Reads the dependency descriptors of one layer of one publisher.</summary>
/// <remarks>
/// Structure and active targets come seldom and hold until the next; packets of all viewers and of the cache
/// need no more of them than stands in <see cref="FrameFacts"/>. A late packet sets neither back, and is read
/// by the structure before the present one.
/// Owner: the layer makes it (about 10 KB) where descriptors are agreed. Source: AV1 RTP specification,
/// appendix A.
/// </remarks>
internal sealed partial class DescriptorReader
{
    private StructureTables _current = new();
    private StructureTables _previous = new();
    private FrameFacts _lastStart;
    private long _structureAt = -1;
    private long _maskAt = -1;

    /// <summary>Reads one element; of what cannot be read, the frame's number at most is known.</summary>
    /// <param name="data">The element's data.</param>
    /// <param name="extendedSequence">The packet's number, to tell late ones.</param>
    /// <param name="facts">What it says.</param>
    [HotPath]
    public void Read(ReadOnlySpan<byte> data, long extendedSequence, out FrameFacts facts)
    {
        facts = default;
        if (!DescriptorBits.TryReadFrameNumber(data, out facts.Frame))
        {
            return;
        }

        var isOutdated = extendedSequence < _structureAt;
        facts.Flags = FrameFlags.Described;
        var hasStructure = DescriptorBits.HasStructure(data);
        if (hasStructure && isOutdated)
        {
            return;
        }

        // The structure before the present one is not needed any more once another comes. One that is shown again, as to
        // who took it over from another process, is the present one.
        var isNew = hasStructure && extendedSequence != _structureAt;
        var tables = isNew || isOutdated ? _previous : _current;
        if (
            DependencyDescriptor.TryParse(data, tables.Structure, out var descriptor)
            != DependencyDescriptorError.None
        )
        {
            return;
        }

        if (hasStructure)
        {
            tables.Update();
            tables.Keep(data);
            (_current, _previous) = isNew ? (tables, _current) : (_current, _previous);
            _structureAt = extendedSequence;
            _lastStart = default;
        }

        if (descriptor.HasActiveTargets && !isOutdated && extendedSequence >= _maskAt)
        {
            _maskAt = extendedSequence;
            tables.Active = descriptor.ActiveTargets;
        }

        if (IsContinued(descriptor))
        {
            Continue(descriptor, ref facts);
            return;
        }

        tables.ReadFrame(descriptor, ref facts);
        if (descriptor.StartsFrame)
        {
            _lastStart = facts;
        }
    }

    /// <summary>The picture size of the highest spatial layer; false when the structure does not tell.</summary>
    public bool TryReadSize(out VideoSize size) =>
        _current.Structure.TryReadSize(_current.Structure.SpatialLayerCount - 1, out size);

    /// <summary>Spatial layers of the structure; 0 without one.</summary>
    public int SpatialLayerCount => _current.Structure.SpatialLayerCount;

    /// <summary>The picture sizes of the spatial layers, the lowest first.</summary>
    /// <returns>How many are told.</returns>
    public int ReadSizes(Span<VideoSize> sizes)
    {
        var count = 0;
        while (count < sizes.Length && _current.Structure.TryReadSize(count, out sizes[count]))
        {
            count++;
        }

        return count;
    }

    private bool IsContinued(in DependencyDescriptor descriptor) =>
        !descriptor.StartsFrame
        && _lastStart.Has(FrameFlags.Known)
        && _lastStart.Frame == descriptor.FrameNumber.Value;

    /// <summary>Indications of its own stand in the first packet of a frame only.</summary>
    private void Continue(in DependencyDescriptor descriptor, ref FrameFacts facts)
    {
        const FrameFlags ofPacket =
            FrameFlags.Starts
            | FrameFlags.Ends
            | FrameFlags.Structure
            | FrameFlags.Mask
            | FrameFlags.Key;
        facts = _lastStart;
        facts.Flags &= ~ofPacket;
        facts.Flags |= descriptor.EndsFrame ? FrameFlags.Ends : FrameFlags.None;
    }
}
