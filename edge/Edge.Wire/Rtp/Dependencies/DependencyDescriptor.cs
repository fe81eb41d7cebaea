using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Bits;

namespace Edge.Wire.Rtp.Dependencies;

/// <summary>A view of the dependency descriptor of one packet.</summary>
/// <remarks>
/// Shape: everything was checked when it was parsed; indexes must lie within the structure's counts.
/// Changes: the answers hold until the next descriptor of the source is parsed.
/// Owner: borrows the element's bytes and the source's structure.
/// Source: AV1 RTP specification, appendix A.
/// </remarks>
public readonly ref struct DependencyDescriptor
{
    private const int MandatoryBytes = 3;
    private const int FrameNumberOffset = 1;
    private const byte StartBit = 0x80;
    private const byte EndBit = 0x40;
    private const int TemplateMask = 0x3F;
    private const int FlagBits = 5;
    private const int Absent = -1;
    private const int CustomChainBits = 8;

    private readonly ReadOnlySpan<byte> _data;
    private readonly DependencyTemplates _templates;
    private readonly int _template;
    private readonly int _customIndications;
    private readonly int _customDifferences;
    private readonly int _customChains;

    private DependencyDescriptor(
        ReadOnlySpan<byte> data,
        DependencyTemplates templates,
        scoped in Extended extended
    )
    {
        _data = data;
        _templates = templates;
        _template = extended.Template;
        _customIndications = extended.CustomIndications;
        _customDifferences = extended.CustomDifferences;
        _customChains = extended.CustomChains;
        HasStructure = extended.HasStructure;
        HasActiveTargets = extended.HasActiveTargets;
        ActiveTargets = extended.ActiveTargets;
        ActiveTargetsOffset = extended.ActiveTargetsOffset;
    }

    /// <summary>Whether the packet is the first of its frame.</summary>
    public bool StartsFrame => (_data[0] & StartBit) != 0;

    /// <summary>Whether the packet is the last of its frame.</summary>
    public bool EndsFrame => (_data[0] & EndBit) != 0;

    /// <summary>The frame's number in decoding order, which wraps.</summary>
    public SequenceNumber FrameNumber =>
        new(BinaryPrimitives.ReadUInt16BigEndian(_data[FrameNumberOffset..]));

    /// <summary>Whether the packet brought a structure: it belongs to a key frame.</summary>
    public bool HasStructure { get; }

    /// <summary>Whether the packet says which targets are active; it does with each structure.</summary>
    public bool HasActiveTargets { get; }

    /// <summary>The decode targets the sender sends, target 0 in the lowest bit; meaningful only with
    /// <see cref="HasActiveTargets"/>, and then until the next that has it.</summary>
    public uint ActiveTargets { get; }

    /// <summary>Where the active targets stand, or would if they were said, in bits; in a short
    /// descriptor right behind the five flags that it would get.</summary>
    public int ActiveTargetsOffset { get; }

    /// <summary>The frame's spatial layer.</summary>
    public int SpatialLayer => _templates.Spatial(_template);

    /// <summary>The frame's temporal layer.</summary>
    public int TemporalLayer => _templates.Temporal(_template);

    // +-+-+-----------+-------------------------------+
    // |S|E| template  |         frame number          |  required, 3 bytes
    // +-+-+-----------+-------------------------------+
    // |T|A|D|F|C| ...                                 |  if longer
    // +-+-+-+-+-+-------------------------------------+
    //
    // T: a template dependency structure follows
    // A: active decode targets, one bit each, after it
    // D: own indications, 2 bits for each target; F: own frame differences, { n(2) value(4n) } until
    // n is 0; C: own chain differences, 8 bits for each chain; each in place of the template's

    /// <summary>Reads the element of one packet.</summary>
    /// <param name="data">The element's data.</param>
    /// <param name="structure">The source's structure; replaced when the packet brings one.</param>
    /// <param name="descriptor">The view.</param>
    /// <remarks>Errors: <see cref="DependencyDescriptorError.NoStructure"/> until the first packet of a
    /// key frame came; each other value says what was malformed. After any, structure is as before.</remarks>
    [HotPath]
    public static DependencyDescriptorError TryParse(
        ReadOnlySpan<byte> data,
        DependencyStructure structure,
        out DependencyDescriptor descriptor
    )
    {
        descriptor = default;
        if (data.Length < MandatoryBytes)
        {
            return DependencyDescriptorError.Truncated;
        }

        var templates = structure.Templates;
        var extended = new Extended();
        if (data.Length > MandatoryBytes)
        {
            var error = ReadExtended(data, structure, ref templates, ref extended);
            if (error != DependencyDescriptorError.None)
            {
                return error;
            }
        }
        else
        {
            if (!structure.IsKnown)
            {
                return DependencyDescriptorError.NoStructure;
            }

            extended.Template = TemplateOf(data, templates);
            if (extended.Template >= templates.Count)
            {
                return DependencyDescriptorError.UnknownTemplate;
            }
        }

        if (extended.HasStructure)
        {
            structure.Accept();
        }

        descriptor = new DependencyDescriptor(data, templates, extended);
        return DependencyDescriptorError.None;
    }

    /// <summary>What the frame is to a decode target.</summary>
    public DecodeTargetIndication Indication(int target)
    {
        if (_customIndications == Absent)
        {
            return _templates.Indication(_template, target);
        }

        var reader = new BitReader(_data, _customIndications + 2 * target);
        return (DecodeTargetIndication)reader.ReadBits(2);
    }

    /// <summary>How many frames before this one the last frame of a chain was; 0 when this frame
    /// begins the chain.</summary>
    public int ChainDifference(int chain)
    {
        if (_customChains == Absent)
        {
            return _templates.ChainDifference(_template, chain);
        }

        var reader = new BitReader(_data, _customChains + CustomChainBits * chain);
        return (int)reader.ReadBits(CustomChainBits);
    }

    /// <summary>How many frames before this one each frame it refers to was; returns how many there
    /// are, of which as many as fit are written.</summary>
    public int ReadFrameDifferences(Span<ushort> differences)
    {
        var count = 0;
        if (_customDifferences == Absent)
        {
            foreach (var difference in _templates.FrameDifferences(_template))
            {
                Put(differences, count++, difference);
            }

            return count;
        }

        var reader = new BitReader(_data, _customDifferences);
        for (var width = reader.ReadBits(2); width != 0; width = reader.ReadBits(2))
        {
            Put(differences, count++, (ushort)(reader.ReadBits(4 * (int)width) + 1));
        }

        return count;
    }

    private static void Put(Span<ushort> values, int index, ushort value)
    {
        if (index < values.Length)
        {
            values[index] = value;
        }
    }

    private static int TemplateOf(ReadOnlySpan<byte> data, DependencyTemplates templates) =>
        ((data[0] & TemplateMask) - templates.IdOffset) & TemplateMask;

    private static DependencyDescriptorError ReadExtended(
        ReadOnlySpan<byte> data,
        DependencyStructure structure,
        ref DependencyTemplates templates,
        ref Extended extended
    )
    {
        var reader = new BitReader(data, MandatoryBytes * 8);
        extended.HasStructure = reader.ReadFlag();
        var hasActiveTargets = reader.ReadFlag();
        var hasIndications = reader.ReadFlag();
        var hasDifferences = reader.ReadFlag();
        var hasChains = reader.ReadFlag();
        if (extended.HasStructure)
        {
            var error = structure.ReadSpare(ref reader, out templates);
            if (error != DependencyDescriptorError.None)
            {
                return error;
            }
        }
        else if (!structure.IsKnown)
        {
            return DependencyDescriptorError.NoStructure;
        }

        extended.Template = TemplateOf(data, templates);
        if (extended.Template >= templates.Count)
        {
            return DependencyDescriptorError.UnknownTemplate;
        }

        extended.ActiveTargetsOffset = reader.Offset;
        extended.HasActiveTargets = hasActiveTargets || extended.HasStructure;
        extended.ActiveTargets = hasActiveTargets
            ? reader.ReadBits(templates.TargetCount)
            : uint.MaxValue >> (DependencyTemplates.TargetsMax - templates.TargetCount);
        if (hasIndications)
        {
            extended.CustomIndications = reader.Offset;
            reader.Skip(2 * templates.TargetCount);
        }

        if (hasDifferences)
        {
            extended.CustomDifferences = reader.Offset;
            SkipFrameDifferences(ref reader);
        }

        if (hasChains)
        {
            extended.CustomChains = reader.Offset;
            reader.Skip(CustomChainBits * templates.ChainCount);
        }

        return reader.HasOverrun
            ? DependencyDescriptorError.Truncated
            : DependencyDescriptorError.None;
    }

    private static void SkipFrameDifferences(ref BitReader reader)
    {
        // Past the end the reader gives zeros, which end the list.
        for (var width = reader.ReadBits(2); width != 0; width = reader.ReadBits(2))
        {
            reader.Skip(4 * (int)width);
        }
    }

    /// <summary>What the part beyond the three required bytes said; offsets are in bits.</summary>
    private struct Extended()
    {
        public int Template;
        public int CustomIndications = Absent;
        public int CustomDifferences = Absent;
        public int CustomChains = Absent;
        public int ActiveTargetsOffset = (MandatoryBytes * 8) + FlagBits;
        public bool HasStructure;
        public bool HasActiveTargets;
        public uint ActiveTargets;
    }
}
