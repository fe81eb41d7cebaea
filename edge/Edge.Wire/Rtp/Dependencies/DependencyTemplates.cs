using Edge.Wire.Bits;
using Edge.Wire.Payload;

namespace Edge.Wire.Rtp.Dependencies;

/// <summary>The tables of one template dependency structure, sized for the largest the wire allows, so
/// that reading a new one allocates nothing.</summary>
/// <remarks>
/// Shape: indications take 2 bits a target, so 32 targets fill 64 bits; chain differences take 4 bits,
/// so 32 chains fill 128. Frame differences of all templates stand one after the other; each costs five
/// bits of an element of at most 255 bytes, which bounds them.
/// </remarks>
internal sealed class DependencyTemplates
{
    public const int TemplatesMax = 64;
    public const int TargetsMax = 32;
    public const int SpatialLayersMax = 4;
    public const int TemporalLayersMax = 8;
    private const int FrameDifferencesMax = byte.MaxValue * 8 / 5;
    private const int BitsPerFrameDifference = 5;

    private readonly byte[] _spatial = new byte[TemplatesMax];
    private readonly byte[] _temporal = new byte[TemplatesMax];
    private readonly ulong[] _indications = new ulong[TemplatesMax];
    private readonly UInt128[] _chainDifferences = new UInt128[TemplatesMax];
    private readonly ushort[] _differencesEnd = new ushort[TemplatesMax];
    private readonly byte[] _differences = new byte[FrameDifferencesMax];
    private readonly byte[] _chainOfTarget = new byte[TargetsMax];
    private readonly byte[] _targetSpatial = new byte[TargetsMax];
    private readonly byte[] _targetTemporal = new byte[TargetsMax];
    private readonly VideoSize[] _sizes = new VideoSize[SpatialLayersMax];

    public int IdOffset { get; private set; }
    public int Count { get; private set; }
    public int TargetCount { get; private set; }
    public int ChainCount { get; private set; }
    public int SpatialLayerCount { get; private set; }
    public int TemporalLayerCount { get; private set; }
    public bool HasSizes { get; private set; }

    public int Spatial(int template) => _spatial[template];

    public int Temporal(int template) => _temporal[template];

    public int TargetSpatial(int target) => _targetSpatial[target];

    public int TargetTemporal(int target) => _targetTemporal[target];

    public int ChainOfTarget(int target) => _chainOfTarget[target];

    public VideoSize Size(int spatialLayer) => _sizes[spatialLayer];

    public DecodeTargetIndication Indication(int template, int target) =>
        (DecodeTargetIndication)((_indications[template] >> (2 * target)) & 3);

    public int ChainDifference(int template, int chain) =>
        (int)((_chainDifferences[template] >> (4 * chain)) & 0xF);

    public ReadOnlySpan<byte> FrameDifferences(int template)
    {
        var start = template == 0 ? 0 : _differencesEnd[template - 1];
        return _differences.AsSpan(start.._differencesEnd[template]);
    }

    // template_id_offset(6) dt_cnt_minus_one(5)
    // layers:     { next_layer_idc(2) } for each template; 3 ends
    // dtis:       { dti(2) } for each template and target
    // fdiffs:     { 1 fdiff_minus_one(4) } 0 for each template
    // chains:     chain_cnt ns(targets + 1); if any: { chain ns(chain_cnt) } for each target,
    //             { fdiff(4) } for each template and chain
    // resolution: present(1); if so { width_minus_1(16) height_minus_1(16) } for each spatial layer

    /// <summary>Reads a structure; after an error the tables hold nothing of use.</summary>
    /// <remarks>Source: AV1 RTP specification, appendix A.8.2.</remarks>
    public DependencyDescriptorError Read(ref BitReader reader)
    {
        IdOffset = (int)reader.ReadBits(6);
        TargetCount = (int)reader.ReadBits(5) + 1;
        var error = ReadLayers(ref reader);
        if (error != DependencyDescriptorError.None)
        {
            return error;
        }

        ReadIndications(ref reader);
        ReadFrameDifferences(ref reader);
        ReadChains(ref reader);
        ReadSizes(ref reader);
        return reader.HasOverrun
            ? DependencyDescriptorError.Truncated
            : DependencyDescriptorError.None;
    }

    private DependencyDescriptorError ReadLayers(ref BitReader reader)
    {
        Count = 0;
        var spatial = 0;
        var temporal = 0;
        TemporalLayerCount = 0;
        while (true)
        {
            if (Count == TemplatesMax)
            {
                return DependencyDescriptorError.TooManyTemplates;
            }

            _spatial[Count] = (byte)spatial;
            _temporal[Count] = (byte)temporal;
            Count++;
            TemporalLayerCount = Math.Max(TemporalLayerCount, temporal + 1);
            switch (reader.ReadBits(2))
            {
                case 0:
                    break;
                case 1:
                    temporal++;
                    break;
                case 2:
                    temporal = 0;
                    spatial++;
                    break;
                default:
                    SpatialLayerCount = spatial + 1;
                    return DependencyDescriptorError.None;
            }

            if (spatial >= SpatialLayersMax || temporal >= TemporalLayersMax)
            {
                return DependencyDescriptorError.LayerOutOfRange;
            }
        }
    }

    private void ReadIndications(ref BitReader reader)
    {
        Array.Clear(_targetSpatial);
        Array.Clear(_targetTemporal);
        for (var template = 0; template < Count; template++)
        {
            var indications = 0UL;
            for (var target = 0; target < TargetCount; target++)
            {
                var indication = reader.ReadBits(2);
                indications |= (ulong)indication << (2 * target);
                if (indication != (uint)DecodeTargetIndication.NotPresent)
                {
                    _targetSpatial[target] = Math.Max(_targetSpatial[target], _spatial[template]);
                    _targetTemporal[target] = Math.Max(
                        _targetTemporal[target],
                        _temporal[template]
                    );
                }
            }

            _indications[template] = indications;
        }
    }

    private void ReadFrameDifferences(ref BitReader reader)
    {
        var end = 0;
        for (var template = 0; template < Count; template++)
        {
            // Past the end the reader gives zeros, which end the list.
            while (end < FrameDifferencesMax && reader.ReadFlag())
            {
                _differences[end++] = (byte)(reader.ReadBits(BitsPerFrameDifference - 1) + 1);
            }

            _differencesEnd[template] = (ushort)end;
        }
    }

    private void ReadChains(ref BitReader reader)
    {
        ChainCount = (int)ReadNonSymmetric(ref reader, (uint)TargetCount + 1);
        if (ChainCount == 0)
        {
            return;
        }

        for (var target = 0; target < TargetCount; target++)
        {
            _chainOfTarget[target] = (byte)ReadNonSymmetric(ref reader, (uint)ChainCount);
        }

        for (var template = 0; template < Count; template++)
        {
            UInt128 differences = 0;
            for (var chain = 0; chain < ChainCount; chain++)
            {
                differences |= (UInt128)reader.ReadBits(4) << (4 * chain);
            }

            _chainDifferences[template] = differences;
        }
    }

    private void ReadSizes(ref BitReader reader)
    {
        HasSizes = reader.ReadFlag();
        for (var layer = 0; HasSizes && layer < SpatialLayerCount; layer++)
        {
            _sizes[layer] = new VideoSize(
                (int)reader.ReadBits(16) + 1,
                (int)reader.ReadBits(16) + 1
            );
        }
    }

    /// <summary>ns(n): a number below n in as few bits as its share allows (AV1 §4.10.7).</summary>
    private static uint ReadNonSymmetric(ref BitReader reader, uint below)
    {
        var bits = 32 - System.Numerics.BitOperations.LeadingZeroCount(below);
        var shorter = (1u << bits) - below;
        var value = reader.ReadBits(bits - 1);
        return value < shorter ? value : (value << 1) - shorter + reader.ReadBits(1);
    }
}
